import pytest
from django.utils import timezone

from contacts.models import Contact, ContactStatus
from optouts.integrity import integrity_problems
from optouts.models import ConsentEvent, OptOut, Phrase
from optouts.operations import opt_out, revoke
from tests.factories.people import known_as
from waproject.accounts.actors import SYSTEM


def set_status(contact: Contact, status: str) -> None:
    Contact.objects.filter(pk=contact.pk).update(status=status)


def test_problems_finds_none_in_a_sound_database(contact):
    opt_out(contact, reason="manual")
    revoke(contact, by=SYSTEM, source="message")
    opt_out(contact, reason="manual")

    assert list(integrity_problems()) == []


def test_problems_finds_a_status_without_its_row(contact):
    set_status(contact, ContactStatus.OPTED_OUT)

    assert list(integrity_problems()) == [
        f"Contact {contact.pk} is marked as opted out but is not on the list."
    ]


@pytest.mark.parametrize("status", ["active", "invalid"])
def test_problems_finds_a_row_without_its_status(contact, status):
    opt_out(contact, reason="manual")
    set_status(contact, status)

    assert list(integrity_problems()) == [
        f"Contact {contact.pk} is on the list but not marked as opted out."
    ]


def test_problems_finds_no_fault_in_a_number_that_was_corrected_since(contact):
    opt_out(contact, reason="manual")
    Contact.objects.update(phone="+56990080338")

    assert list(integrity_problems()) == []


def test_problems_finds_no_fault_in_people_without_a_phone(db):
    opt_out(known_as("CL.1234"), reason="manual")

    assert list(integrity_problems()) == []


def test_problems_finds_a_row_under_another_number(contact):
    row = opt_out(contact, reason="manual")
    OptOut.objects.filter(pk=row.pk).update(phone_key="+56990080338")

    assert list(integrity_problems()) == [
        f"Opt-out {row.pk} is filed under another number than its own."
    ]


def test_problems_finds_a_row_without_its_event(contact):
    set_status(contact, ContactStatus.OPTED_OUT)
    OptOut.objects.create(
        contact=contact, phone=contact.phone, opted_out_at=timezone.now(), reason="manual"
    )

    assert list(integrity_problems()) == [
        f"Contact {contact.pk} is on the list but the last event does not say so."
    ]


def test_problems_finds_an_event_without_its_row(contact):
    ConsentEvent.objects.create(contact=contact, change="out", source="staff", at=timezone.now())

    assert list(integrity_problems()) == [
        f"Contact {contact.pk} opted out in the last event but is not on the list."
    ]


def test_problems_names_a_phrase_of_the_core_that_is_missing(db):
    Phrase.objects.filter(text="stop").update(core=False, active=False)

    assert list(integrity_problems()) == [
        "The opt-out phrase “stop” is missing from the table, or changed there: it is heard all the"
        " same. Put it right: manage.py restore_phrases"
    ]


def test_problems_tells_when_the_vocabulary_has_been_thinned_out(db):
    Phrase.objects.filter(core=False).update(active=False)

    [problem] = integrity_problems()

    assert problem.endswith(
        "built-in phrases that ask for an opt-out are not in use: requests are missed. See the"
        " phrases in the admin."
    )


def test_problems_lets_staff_switch_off_some_phrases(db):
    Phrase.objects.filter(text__in=["parar", "borrar", "3"]).update(active=False)

    assert list(integrity_problems()) == []
