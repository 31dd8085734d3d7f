"""What goes when it was kept long enough, what stays, and that a run goes on where it ended."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.db.models import QuerySet
from django.utils import timezone

from campaigns.models import Campaign
from campaigns.reports.campaign_results import campaign_results
from campaigns.reports.daily_activity import daily_activity
from contacts.models import Contact, ImportJob
from contacts.privacy.erasing import erase_rows
from contacts.privacy.models import ErasedAddress
from messaging.inbox.models import Draft, Entry, NextStep
from messaging.models import Conversation, Message, Opening
from optouts.models import ConsentEvent, OptOut
from tests.contacts.privacy.everything import everything
from tests.factories.campaigns import recipients
from tests.factories.files import do_deletions
from tests.factories.people import person
from tests.waproject.access import EMAIL, NAME, PHONE, TEXT, USER_ID, make_rows_of_business
from tests.waproject.tenants.retention.runs import age, run_now
from waproject.accounts.actors import SYSTEM
from waproject.accounts.invitations.models import Invitation
from waproject.accounts.models import Role, User
from waproject.audit.models import Event
from waproject.core.jobs import operations as jobs
from waproject.core.jobs.models import Job
from waproject.tenants.operations import create_tenant
from waproject.tenants.retention.models import RetentionRun
from waproject.tenants.retention.operations import choose
from waproject.tenants.retention.running import start
from waproject.tenants.retention.sweeps import sweeps
from waproject.tenants.scope import in_tenant

LONG_AGO = 7_000
WHO = (PHONE, PHONE.removeprefix("+56"), NAME, EMAIL, USER_ID)

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows(private_files) -> dict[str, object]:
    """A row of everything, all of it ended and of long ago."""
    made = make_rows_of_business()
    now = timezone.now()
    Job.objects.exclude(kind="import").update(state="completed", finished_at=now)
    Campaign.objects.update(status="completed", completed_at=now)
    Conversation.objects.update(last_message_at=now)
    made["campaigns.recipient"].changes.create(
        new="failed", at=now, source="engine", metadata={"said": TEXT, "code": "63016"}
    )
    Campaign.objects.get().recipients.update(status="failed", failed_at=now, variables={"1": NAME})
    # What stays with the person, and the proof of their consent, says something else.
    Contact.objects.update(custom_fields={})
    QuerySet(ConsentEvent).update(evidence="BAJA", note="")
    age(LONG_AGO)
    return made


def problems(settings) -> set[str]:
    found = set()
    for path in settings.INTEGRITY_CHECKS:
        module, _point, name = path.rpartition(".")
        found.update(getattr(import_module(module), name)())
    return found


def sent(**fields) -> Message:
    """A message that failed."""
    columns = {"direction": "outbound", "status": "failed", "phone": PHONE, "body": TEXT}
    now = timezone.now()
    return Message.objects.create(**{**columns, "created_at": now, "failed_at": now, **fields})


def test_what_was_said_goes_and_consent_stays(rows, private_files, settings):
    before, sound = everything(private_files), problems(settings)

    run_now()
    do_deletions()

    after = everything(private_files)
    assert (TEXT in before, TEXT in after) == (True, False)
    assert (OptOut.objects.count(), ConsentEvent.objects.count()) == (1, 1)
    assert Contact.objects.get().name == NAME
    assert [one for one in private_files.rglob("*") if one.is_file()] == []
    assert problems(settings) <= sound


def test_people_with_whom_nothing_happened_go_when_chosen(rows, private_files, settings):
    sound = problems(settings)
    choose({"contacts": 365}, by=SYSTEM)

    run_now()
    do_deletions()

    after = everything(private_files)
    assert [word for word in (*WHO, TEXT) if word in after] == []
    assert ErasedAddress.objects.exists()
    assert problems(settings) <= sound


@pytest.mark.parametrize("name", ["messages", "contacts"])
def test_what_is_kept_for_ever_stays(rows, name):
    choose({"messages": 0, "contacts": 0}, by=SYSTEM)

    removed = run_now().removed

    assert not {"messages", "recipients", "last_texts", "contacts"} & {*removed}
    assert TEXT in Message.objects.get().body


def test_nothing_of_today_goes():
    make_rows_of_business()
    choose({one.period.name: one.period.shortest for one in sweeps().values()}, by=SYSTEM)

    assert run_now().removed == {}


def test_every_sweep_takes_something(rows):
    """But that of people, whom no business forgets that has not chosen so."""
    long_ago = timezone.now() - timedelta(days=LONG_AGO)
    Event.objects.create(action="x", object_type="y", at=long_ago)
    sent(campaign_id=Campaign.objects.get().pk, created_at=long_ago)
    Opening.objects.create(
        sender=rows["messaging.sender"], contact=rows["contacts.contact"], at=long_ago
    )
    Invitation.objects.create(
        email="x@example.com", role=Role.objects.first(), token_hash="x", ends_at=long_ago
    )

    talk, user = rows["messaging.conversation"], User.objects.create_user("nueva")
    Entry.objects.create(conversation=talk, kind="note", text=TEXT, at=long_ago)
    NextStep.objects.create(conversation=talk, text=TEXT, due_on=long_ago.date())
    Draft.objects.create(conversation=talk, user=user, text=TEXT, at=long_ago)

    removed = run_now().removed

    assert {name for name, count in removed.items() if count} == {*sweeps()} - {"contacts"}


def test_campaigns_and_reports_count_as_before(campaign, settings):
    recipients(campaign, "sent", "read", "replied", "skipped", "failed")
    Campaign.objects.update(status="completed", completed_at=timezone.now())
    age(800)
    before = (campaign_results(), daily_activity(days=3_000))
    sound = problems(settings)

    removed = run_now().removed

    assert removed["recipients"] == 5
    assert (campaign_results(), daily_activity(days=3_000)) == before
    assert problems(settings) <= sound
    assert not campaign.recipients.exclude(phone__startswith="erased:").exists()


@pytest.mark.parametrize("status", ["active", "paused"])
def test_a_campaign_that_has_not_ended_keeps_its_texts(campaign, status):
    recipients(campaign, "sent")
    Campaign.objects.update(status=status)
    age(800)

    run_now()

    assert not campaign.recipients.filter(phone__startswith="erased:").exists()
    assert not Message.objects.filter(phone__startswith="erased:").exists()


@pytest.mark.parametrize(
    "sign",
    [
        lambda one: Message.objects.create(
            contact=one,
            direction="inbound",
            status="received",
            message_sid="SM1",
            created_at=timezone.now(),
        ),
        lambda one: one.vehicles.create(make="Kia", model="Rio", year=2019),
        lambda one: one.notes.create(text="Llamó"),
        lambda one: one.save(),
        lambda one: one.consent_events.create(change="in", source="staff", at=timezone.now()),
        lambda one: one.holds.create(text="hm", held_at=timezone.now() - timedelta(days=400)),
    ],
)
def test_a_sign_of_life_keeps_a_person(contact, sign):
    other = person()
    choose({"contacts": 365}, by=SYSTEM)
    age(400)

    sign(contact)
    run_now()

    assert list(Contact.objects.all()) == [contact]
    assert other.pk != contact.pk


def test_nobody_is_erased_while_an_import_brings_people(contact):
    choose({"contacts": 365}, by=SYSTEM)
    age(400)
    ImportJob.objects.create(job=Job.objects.create(kind="import", title="lista.csv"))

    assert "contacts" not in run_now().removed


def test_a_run_goes_on_where_it_was_ended(rows, monkeypatch):
    """The worker dies after the first chunk; the next one counts the rest, and nothing twice."""
    for _time in range(5):
        sent(created_at=timezone.now() - timedelta(days=LONG_AGO))
    sweep = sweeps()["messages"]
    taken = []

    def die_at_the_second(ids, before):
        taken.append(list(ids))
        if len(taken) == 2:
            raise RuntimeError("killed")
        return take(ids, before)

    take = sweep.take
    object.__setattr__(sweep, "chunk", 4)
    object.__setattr__(sweep, "take", die_at_the_second)
    try:
        job = start(by=SYSTEM)
        with pytest.raises(RuntimeError):
            jobs.run(job.pk)
        half = RetentionRun.objects.get()
        jobs.run(job.pk)
    finally:
        object.__setattr__(sweep, "chunk", 500)
        object.__setattr__(sweep, "take", take)

    done = RetentionRun.objects.get()
    assert (half.removed["messages"], half.finished_at) == (4, None)
    assert (done.removed["messages"], len(taken), taken[2]) == (6, 3, taken[1])


def test_a_run_that_could_not_end_goes_on_in_the_next(rows):
    job = start(by=SYSTEM)
    Job.objects.update(state="failed", finished_at=timezone.now(), lease_expires_at=None)

    again = start(by=SYSTEM)

    assert again.pk != job.pk
    assert RetentionRun.objects.get().job == again


def test_a_run_ends_after_one_of_its_sweeps_is_registered_no_more(rows):
    start(by=SYSTEM)
    RetentionRun.objects.update(removed={"letters": 3})
    jobs.run(Job.objects.get(kind="retention").pk)

    done, event = RetentionRun.objects.get(), Event.objects.get(action="retention.forget")
    assert (done.finished_at is None, event.after["letters"]) == (False, 3)
    assert event.after["labels"]["letters"] == "letters"


def test_each_erasure_of_a_person_is_a_transaction_of_its_own(contact, monkeypatch):
    other = person()
    choose({"contacts": 365}, by=SYSTEM)
    age(400)

    def die_at_the_other(contact_id):
        if contact_id == other.pk:
            raise RuntimeError("killed")
        return erase_rows(contact_id)

    monkeypatch.setattr("contacts.privacy.retention.erase_rows", die_at_the_other)
    with pytest.raises(RuntimeError):
        run_now()

    assert list(Contact.objects.all()) == [other]
    assert RetentionRun.objects.get().removed == {"contacts": 1}


def test_two_runs_never_go_on_at_once(db):
    start(by=SYSTEM)

    assert start(by=SYSTEM) is None


def test_event_says_how_many_of_each_went(rows):
    run = run_now()

    event = Event.objects.get(action="retention.forget")
    assert event.object_type == "tenants.tenant"
    counts = {name: event.after[name] for name in event.after if name != "labels"}
    assert counts == run.removed
    assert event.after["labels"]["messages"] == "texts of messages"
    assert PHONE not in str(event.after)


def test_a_night_on_which_nothing_goes_leaves_no_event(db):
    run_now()

    assert not Event.objects.exists()


def test_another_business_is_left_alone(rows):
    other = create_tenant(name="Otra", slug="otra")
    with in_tenant(other.pk):
        sent(created_at=timezone.now() - timedelta(days=LONG_AGO))

    run_now()

    with in_tenant(other.pk):
        assert Message.objects.get().body == TEXT
        assert not RetentionRun.objects.exists()


def test_each_business_goes_by_its_own_periods():
    month_ago = timezone.now() - timedelta(days=40)
    sent(created_at=month_ago)
    other = create_tenant(name="Otra", slug="otra")
    with in_tenant(other.pk):
        choose({"messages": 30}, by=SYSTEM)
        sent(created_at=month_ago)
        there = run_now().removed

    assert (there, run_now().removed) == ({"messages": 1}, {})
