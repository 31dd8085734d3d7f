from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count

import pytest
from django.db import connection
from django.utils import timezone
from django_q.conf import Conf
from django_q.models import OrmQ

from campaigns import integrity, operations
from campaigns.launch.further_chunks import go_on, take_back
from campaigns.launch.recipients import Freezer
from campaigns.models import Campaign, Launch, Recipient, StatusChange
from contacts.merging import merge
from contacts.models import Contact
from messaging.approvals.deciding import take_state
from messaging.delivery import jobs
from messaging.models import Delivery, DeliveryStream, TemplateApproval
from messaging.providers.templates import ApprovalState
from optouts.operations import opt_out
from tests.templates import edit_and_approve
from waproject.accounts.actors import SYSTEM
from waproject.core.jobs.models import Job
from waproject.core.jobs.operations import resume_abandoned, run
from waproject.core.jobs.running import LEASE
from waproject.core.jobs.tasks import resume_jobs, run_job


class Killed(BaseException):
    """As a worker's end in the middle of its work."""


def kill() -> None:
    raise Killed


def state(campaign: Campaign) -> tuple[str, int, int]:
    """Status, counted recipients and real ones."""
    campaign.refresh_from_db()
    return campaign.status, campaign.total_recipients, campaign.recipients.count()


def everyone_once(people: list[Contact]) -> bool:
    addressed = list(Recipient.objects.order_by("contact").values_list("contact", flat=True))
    return addressed == [one.pk for one in people]


def test_go_on_makes_a_recipient_of_everyone_and_starts_sending(launching, people, monkeypatch):
    OrmQ.objects.all().delete()
    monkeypatch.setattr(Conf, "CLUSTER_NAME", "long")  # as in a worker of that cluster

    assert run_job(Job.objects.get().pk) == "worked"

    assert (state(launching), everyone_once(people)) == (("active", 5, 5), True)
    assert OrmQ.objects.get().key == "waproject"
    assert Job.objects.get().state == "completed"
    assert (Launch.objects.count(), list(integrity.integrity_problems())) == (0, [])


def test_a_template_that_was_stopped_meanwhile_pauses_the_campaign_as_it_starts(launching, people):
    approval = TemplateApproval.objects.get(version=launching.template_version)

    def stop():
        take_state(approval.pk, ApprovalState("paused"), as_of=timezone.now())

    go_on(launching.pk, after_chunk=stop)

    assert (state(launching), everyone_once(people)) == (("paused", 5, 5), True)
    assert launching.why.startswith("WhatsApp paused the template “promo”")
    assert DeliveryStream.objects.get().state == "paused"


def test_nothing_leaves_before_the_last_chunk(launching, simulator):
    told = jobs.send_from(launching.sender_id)

    assert (told, jobs.wake_senders()) == ("0 accepted", "0 skipped, 0 woken")
    assert len(simulator.journal) == 0


def test_go_on_hands_over_when_its_time_is_over(launching):
    OrmQ.objects.all().delete()

    run(Job.objects.get().pk, seconds=0)

    assert (state(launching), OrmQ.objects.get().key) == (("launching", 4, 4), "long")
    assert Job.objects.values_list("state", "done", "total").get() == ("waiting", 4, 5)


def test_a_killed_launch_goes_on_where_it_was(launching, people):
    with pytest.raises(Killed):
        go_on(launching.pk, after_chunk=kill)

    assert (state(launching), resume_abandoned(timezone.now())) == (("launching", 4, 4), 1)
    assert go_on(launching.pk)
    assert (state(launching), everyone_once(people)) == (("active", 5, 5), True)


@contextmanager
def killed_at(statement: int) -> Iterator[None]:
    """Kill this process, in effect, instead of its so-manieth statement to the database."""
    numbers = count(1)

    def execute(run, *statement_and_more):
        if next(numbers) == statement:
            raise Killed
        return run(*statement_and_more)

    with connection.execute_wrapper(execute):
        yield


@pytest.mark.slow
@pytest.mark.parametrize(("last", "ends_as"), [("Ana 4", ("active", 5, 5)), ("", ("draft", 0, 0))])
def test_a_launch_may_be_killed_at_any_statement(unwarned, people, last, ends_as):
    """Forward to the start of sending, and back to a draft, when the last person has no name."""
    Contact.objects.filter(pk=people[4].pk).update(name=last)
    whole = False
    for statement in count(1):
        campaign = unwarned.copy()
        operations.launch(campaign.pk, by=SYSTEM)
        with suppress(Killed), killed_at(statement):
            whole = go_on(campaign.pk)
        for job in Job.objects.open():
            run(job.pk, take_over=True)

        assert (state(campaign), list(integrity.integrity_problems())) == (ends_as, [])
        if whole:
            break
        operations.cancel(campaign.pk, by=SYSTEM)
    assert statement > 25


def test_a_launch_whose_worker_vanished_is_taken_over_when_its_lease_ends(launching, time_machine):
    time_machine.move_to(timezone.now(), tick=False)
    Job.objects.update(state="running", lease_expires_at=timezone.now() + LEASE)

    refused = (go_on(launching.pk), resume_abandoned(timezone.now()))
    time_machine.shift(LEASE)

    assert (refused, resume_jobs()) == ((False, 0), "1 resumed")
    assert go_on(launching.pk)


def test_a_worker_that_lost_its_launch_writes_nothing_more(launching):
    def another_takes_over() -> None:
        Job.objects.update(attempts=9)

    assert not go_on(launching.pk, after_chunk=another_takes_over)

    assert state(launching) == ("launching", 4, 4)


def test_go_on_takes_what_was_frozen_and_people_as_they_are(launching, people):
    edit_and_approve(launching.template, body="Otro texto", variables={})
    Contact.objects.create(phone="+56911111111", name="Llegó después")
    opt_out(people[4], reason="manual", note="por teléfono")

    go_on(launching.pk)

    last = Recipient.objects.get(contact=people[4])
    assert (everyone_once(people), last.status, last.why) == (True, "skipped", "opted out")
    assert last.body == "Hola Ana 4, tenemos ofertas. Responde INFO."
    assert last.changes.get().new == "skipped"


def test_a_launch_that_finds_nobody_is_taken_back(campaign, people):
    Contact.objects.update(status="invalid")
    operations.launch(campaign.pk, by=SYSTEM, accept_warnings=True)

    go_on(campaign.pk)

    assert (state(campaign), campaign.template_version) == (("draft", 0, 0), None)
    assert campaign.why.startswith("There is nobody to write to.")
    assert (StatusChange.objects.count(), Launch.objects.count()) == (0, 0)


@pytest.fixture
def unwarned(campaign, people) -> Campaign:
    """A launch without accepted warnings, whose last person has no value for the placeholder."""
    edit_and_approve(campaign.template, variables={"nombre": {"source": "contact.name"}})
    Contact.objects.filter(pk=people[4].pk).update(name="")
    Campaign.objects.update(audience={"contact_ids": [one.pk for one in people]})
    campaign.refresh_from_db()
    operations.launch(campaign.pk, by=SYSTEM)
    return campaign


def test_a_warning_that_comes_late_and_was_not_accepted_takes_the_launch_back(unwarned):
    go_on(unwarned.pk)

    assert state(unwarned) == ("draft", 0, 0)
    assert unwarned.why == ("1 person has no value for {{nombre}} and will be skipped.")


def test_taking_back_goes_on_after_a_kill(unwarned):
    def kill_on_the_way_back() -> None:
        if Launch.objects.get().refused:
            kill()

    with pytest.raises(Killed):
        go_on(unwarned.pk, after_chunk=kill_on_the_way_back)

    assert state(unwarned) == ("launching", 3, 3)
    assert go_on(unwarned.pk)
    assert state(unwarned) == ("draft", 0, 0)
    operations.launch(unwarned.pk, by=SYSTEM, accept_warnings=True)
    assert (go_on(unwarned.pk), state(unwarned)) == (True, ("active", 5, 5))


def test_a_launch_that_stops_again_and_again_is_taken_back(launching, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(Freezer, "write", lambda *_given, **_named: kill())
        for _time in range(5):
            with pytest.raises(Killed):
                go_on(launching.pk)

    go_on(launching.pk)

    assert state(launching) == ("draft", 0, 0)
    assert launching.why.startswith("The launch stopped 5 times.")


def test_cancel_ends_a_launch(launching):
    skipped = operations.cancel(launching.pk, by=SYSTEM)

    assert (skipped, go_on(launching.pk)) == (2, False)
    assert (state(launching), Launch.objects.count()) == (("cancelled", 2, 2), 0)
    assert set(Recipient.objects.values_list("reason", flat=True)) == {"cancelled"}


def test_cancel_between_two_chunks_ends_a_launch_under_way(launching):
    assert not go_on(launching.pk, after_chunk=lambda: operations.cancel(launching.pk, by=SYSTEM))

    assert state(launching) == ("cancelled", 4, 4)
    assert list(integrity.integrity_problems()) == []


@pytest.mark.parametrize("change", ["pause", "resume", "unschedule", "retry_failed", "launch"])
def test_a_launch_cannot_be_changed_in_another_way(launching, change):
    with pytest.raises(operations.OperationRefused):
        getattr(operations, change)(launching.pk, by=SYSTEM)

    assert state(launching) == ("launching", 2, 2)


def test_take_back_makes_a_draft_that_says_why(launching):
    take_back(launching.pk, reason="Restored from copia.tar.")

    assert (state(launching), launching.why) == (
        ("draft", 0, 0),
        "Restored from copia.tar.",
    )


@pytest.mark.parametrize(("kept", "chosen"), [(3, range(5)), (4, range(5)), (3, [0, 1, 2, 4])])
def test_a_launch_goes_on_when_a_recipient_was_joined_with_a_later_contact(
    campaign, people, kept, chosen
):
    """Whoever stays is a recipient already, be they of the audience or between two who are."""
    campaign.audience = {"contact_ids": [people[number].pk for number in chosen]}
    campaign.save()
    operations.launch(campaign.pk, by=SYSTEM, accept_warnings=True)
    merge(people[kept].pk, people[0].pk, by=SYSTEM)

    assert go_on(campaign.pk)

    assert (state(campaign), everyone_once(people[1:])) == (("active", 4, 4), True)
    assert Delivery.objects.count() == 4
    assert list(integrity.integrity_problems()) == []
