"""After an erasure nobody finds the person, campaigns count as before, an opt-out holds."""

from importlib import import_module
from unittest.mock import Mock

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains

from campaigns.audience.filters import Audience
from campaigns.models import Campaign
from campaigns.reports.campaign_results import campaign_results
from contacts.imports.bulk import ContactImport
from contacts.imports.columns import recognise_columns
from contacts.imports.files.records import Row
from contacts.models import Contact, ImportJob
from contacts.privacy.erasing import erase
from contacts.privacy.models import ErasedAddress
from contacts.privacy.subjects import CannotErase
from messaging.inbound.receive import receive
from messaging.models import Delivery, Message
from optouts.models import ConsentEvent
from optouts.operations import opt_out, revoke
from optouts.reachability import may_write
from tests.contacts.privacy.everything import everything
from tests.factories.campaigns import recipients
from tests.factories.files import do_deletions
from tests.factories.people import add_address, person
from tests.factories.users import permit_only
from tests.messaging.conftest import arrival
from tests.sending import claim
from tests.waproject.access import EMAIL, NAME, PHONE, TEXT, USER_ID, make_rows_of_business
from waproject.accounts.actors import SYSTEM
from waproject.audit.models import Event
from waproject.core.jobs.models import Job

WORDS = (PHONE, PHONE.removeprefix("+56"), NAME, NAME.split()[0], EMAIL, USER_ID, TEXT, "Yaris")
MEXICAN, SPELLED = "+5215512345678", "+525512345678"

pytestmark = pytest.mark.django_db


@pytest.fixture
def zacarias(superuser) -> Contact:
    """A person of whom every table and file has something, a staff member's note too."""
    rows = make_rows_of_business()
    Job.objects.exclude(kind="import").update(state="completed", finished_at=timezone.now())
    Job.objects.filter(kind="export").update(title=f"{PHONE}.csv", parameters={"query": PHONE})
    contact = rows["contacts.contact"]
    contact.custom_fields = {"apodo": NAME}
    contact.save()
    contact.consent_events.create(
        change="out", source="staff", evidence=TEXT, note=NAME, at=timezone.now()
    )
    Message.objects.update(content={"ProfileName": NAME, "WaId": PHONE.removeprefix("+")})
    rows["campaigns.recipient"].changes.create(
        new="pending", at=timezone.now(), source="engine", metadata={"said": PHONE}
    )
    for about in (contact, rows["campaigns.campaign"]):
        Event.objects.create(
            action="contacts.merge",
            object_type=about._meta.label_lower,
            object_id=str(about.pk),
            reason=f"{NAME} ({PHONE}) lo pidió",
        )
    return contact


def problems(settings) -> set[str]:
    """What check_integrity says."""
    found = set()
    for path in settings.INTEGRITY_CHECKS:
        module, _point, name = path.rpartition(".")
        found.update(getattr(import_module(module), name)())
    return found


def outcome_of_import(phone: str) -> str:
    engine = ContactImport(recognise_columns(["fono", "nombre"]), region="CL")
    [outcome] = engine.take([Row(2, [phone, "Juana"], "")])
    return outcome.outcome.value


def test_nothing_of_an_erased_person_is_found(zacarias, private_files, settings):
    before, sound = everything(private_files), problems(settings)

    erase(zacarias.pk, by=SYSTEM, reason="request")

    do_deletions()
    after = everything(private_files)
    assert [word for word in WORDS if word not in before] == []
    assert [word for word in WORDS if word in after] == []
    assert problems(settings) <= sound


def test_past_campaigns_keep_their_numbers(campaign):
    sent = recipients(campaign, "sent", "read", "skipped")
    before = campaign_results()

    for one in sent:
        erase(one.contact_id, by=SYSTEM, reason="request")

    assert campaign_results() == before
    assert campaign.recipients.exclude(phone__startswith="erased:").count() == 0


@pytest.mark.parametrize(
    "filters", [{"search": NAME}, {"name_contains": NAME}, {"custom": {"apodo": NAME}}]
)
def test_a_draft_to_one_person_goes_to_nobody_when_they_are_erased(campaign, contact, filters):
    person(phone="+56975400947", name="Otra Persona")
    Contact.objects.filter(pk=contact.pk).update(name=NAME, custom_fields={"apodo": NAME})
    Campaign.objects.update(name=f"Para {NAME.upper()}", audience=filters)
    before = Audience.from_json(filters).count().matched

    erase(contact.pk, by=SYSTEM, reason="request")

    campaign.refresh_from_db()
    assert NAME.casefold() not in f"{campaign.name} {campaign.audience}".casefold()
    assert (before, Audience.from_json(campaign.audience).count().matched) == (1, 0)


def test_a_person_whom_nothing_counts_is_deleted_whole(contact):
    erase(contact.pk, by=SYSTEM, reason="request")

    assert (Contact.objects.count(), ErasedAddress.objects.count()) == (0, 0)


def test_an_import_skips_who_had_opted_out_in_any_spelling():
    contact = person(phone=MEXICAN)
    opt_out(contact, reason="manual")

    erase(contact.pk, by=SYSTEM, reason="request")

    assert [outcome_of_import(phone) for phone in (MEXICAN, SPELLED)] == ["skipped", "skipped"]
    assert not Contact.objects.exists()


def test_an_import_skips_the_number_with_which_somebody_had_opted_out_before_it_changed(contact):
    former = contact.phone
    opt_out(contact, reason="manual")
    Contact.objects.filter(pk=contact.pk).update(phone="+56975400947")

    erase(contact.pk, by=SYSTEM, reason="request")

    phones = (former, "+56975400947")
    assert [outcome_of_import(phone) for phone in phones] == ["skipped", "skipped"]


def test_who_has_the_former_number_of_an_erased_person_is_not_written_to(contact):
    former = contact.phone
    opt_out(contact, reason="manual")
    Contact.objects.filter(pk=contact.pk).update(phone="+56975400947")
    heir = person(phone=former)

    erase(contact.pk, by=SYSTEM, reason="request")

    assert not Contact.objects.filter(may_write("whatsapp"), pk=heir.pk).exists()
    assert revoke(heir, source="staff", by=SYSTEM, note="Lo pidió")
    assert Contact.objects.filter(may_write("whatsapp"), pk=heir.pk).exists()
    assert outcome_of_import(former) == "updated"


def test_an_import_takes_who_had_not_opted_out(contact):
    erase(contact.pk, by=SYSTEM, reason="request")

    assert outcome_of_import(contact.phone) == "created"


def test_hashes_cannot_be_told_without_the_key(contact):
    opt_out(contact, reason="manual")
    erase(contact.pk, by=SYSTEM, reason="request")
    [row] = ErasedAddress.objects.all()

    call_command("rotate_keys")

    assert outcome_of_import(contact.phone) == "skipped"
    assert len(row.digest) == 64


@pytest.mark.parametrize(("text", "status"), [("hola", "opted_out"), ("ALTA", "active")])
def test_who_writes_again_is_a_new_person_and_still_opted_out(contact, sender, text, status):
    opt_out(contact, reason="manual")
    erase(contact.pk, by=SYSTEM, reason="request")

    receive(arrival(text, phone=contact.phone))

    back = Contact.objects.get()
    assert (back.phone, back.name, back.status) == (contact.phone, arrival().name, status)
    assert not ErasedAddress.objects.exists()


def test_an_address_of_who_had_opted_out_is_refused_on_the_page(boss, contact):
    opt_out(contact, reason="manual")
    erase(contact.pk, by=SYSTEM, reason="request")

    page = boss.post(reverse("admin:contacts_contact_add"), {"phone": contact.phone})

    assert "before their data was erased" in str(page.context["errors"])


def test_files_stay_when_nobody_is_erased(zacarias, private_files):
    with pytest.raises(Contact.DoesNotExist):
        erase(zacarias.pk + 1_000, by=SYSTEM, reason="request")

    assert sum(file.is_file() for file in private_files.rglob("*")) == 7


def test_nobody_is_erased_while_a_message_is_being_sent(active, fill):
    [recipient] = fill(1)
    now = timezone.now()
    Delivery.objects.update(state="claimed", claimed_at=now, lease_until=now)

    with pytest.raises(CannotErase, match="is being sent"):
        erase(recipient.contact_id, by=SYSTEM, reason="request")

    assert Contact.objects.get().phone == recipient.phone


def test_nobody_is_erased_while_an_import_runs(contact, superuser):
    job = Job.objects.create(kind="import", title="lista.csv")
    ImportJob.objects.create(job=job)

    with pytest.raises(CannotErase, match="is running"):
        erase(contact.pk, by=SYSTEM, reason="request")


def test_twins_are_joined_before(contact):
    other = person()
    add_address(other, contact.phone, channel="phone")

    with pytest.raises(CannotErase, match="Join the two"):
        erase(contact.pk, by=SYSTEM, reason="request")


def test_erasing_needs_its_right_and_is_logged(contact, staff):
    with pytest.raises(PermissionDenied):
        erase(contact.pk, by=permit_only(staff, "delete_contact"), reason="request")
    erase(contact.pk, by=permit_only(staff, "erase_contact"), reason="no_basis")

    event = Event.objects.get()
    assert (event.object_id, event.reason) == (str(contact.pk), "no_basis")
    assert event.after == {"rows": 1, "imports": 0, "exports": 0}


def test_page_shows_what_goes_and_then_erases(boss, zacarias):
    url = reverse("admin:contacts_contact_erase", args=[zacarias.pk])

    page = boss.get(url)
    still_there = ConsentEvent.objects.count()
    boss.post(url, {"reason": "request"})

    assert page.context["found"].rows["consent events"] == still_there == 2
    assert ConsentEvent.objects.count() == 0


def test_command_erases_by_any_spelling_of_the_phone(contact, capsys):
    call_command("erase_person", "--phone", "9 7540 0946", "--dry-run")
    assert Contact.objects.exists()

    call_command("erase_person", "--phone", "9 7540 0946")

    assert not Contact.objects.exists()
    with pytest.raises(CommandError, match="no contact"):
        call_command("erase_person", "--phone", "9 7540 0946")


def test_a_waiting_message_to_an_erased_person_is_skipped(active, fill):
    [recipient] = fill(1)

    erase(recipient.contact_id, by=SYSTEM, reason="request")

    assert claim(active).deliveries == []
    assert Campaign.objects.get().recipients.get().status == "skipped"


def test_page_says_that_another_click_was_faster(boss, zacarias, monkeypatch):
    """Two posts at once: the second finds nobody to erase."""
    monkeypatch.setattr("contacts.privacy.pages.erase", Mock(side_effect=Contact.DoesNotExist))
    url = reverse("admin:contacts_contact_erase", args=[zacarias.pk])

    response = boss.post(url, {"reason": "request"}, follow=True)

    assertContains(response, "The person was erased, or joined with another, meanwhile.")
