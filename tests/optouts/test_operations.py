import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from contacts.models import Contact, ContactStatus
from optouts.integrity import integrity_problems
from optouts.models import Change, ConsentEvent, Decision, Hold, OptOut, Reason, Source
from optouts.operations import (
    AlreadyDecided,
    NoteMissing,
    act_on_finding,
    decide_hold,
    hold,
    opt_out,
    opt_out_phone,
    opt_out_phones,
    revoke,
)
from optouts.reachability import may_write
from optouts.recognition import vocabulary
from optouts.recognition.words import Verdict, recognise
from tests.contacts.pairs import unmerged
from tests.factories.people import add_address, known_as
from waproject.accounts.actors import SYSTEM
from waproject.audit.models import Event

pytestmark = pytest.mark.django_db
# One phone each, in two spellings: of Argentina, Brazil and Mexico.
PAIRS = [
    ("+5491123456789", "+541123456789"),
    ("+551187654329", "+5511987654329"),
    ("+5215512345678", "+525512345678"),
]


def handle_text(contact: Contact, text: str, *, evidence: str = "") -> Verdict:
    """Recognise what a text says about consent, as an inbound message is, and act on it."""
    finding = recognise(text, vocabulary.current())
    act_on_finding(contact, finding, text, evidence=evidence)
    return finding.verdict


@pytest.fixture(autouse=True)
def sound(db):
    """After every test the ledger, its events and the status agree."""
    yield
    assert list(integrity_problems()) == []


def status(contact: Contact) -> str:
    return Contact.objects.get(pk=contact.pk).status


def events(contact: Contact) -> list[tuple[str, str, str]]:
    rows = ConsentEvent.objects.filter(contact=contact).order_by("pk")
    return list(rows.values_list("change", "source", "evidence"))


def test_opt_out_moves_status_and_ledger_together(contact):
    row = opt_out(contact, reason=Reason.USER_REQUEST, evidence="BAJA")

    assert (status(contact), contact.status, row.phone) == ("opted_out", "opted_out", contact.phone)


def test_opt_out_writes_an_event_with_its_evidence(contact):
    opt_out(contact, reason="provider", evidence="21610")

    assert events(contact) == [("out", "provider", "21610")]


def test_opt_out_twice_changes_nothing(contact):
    first = opt_out(contact, reason=Reason.USER_REQUEST)

    second = opt_out(contact, reason=Reason.MANUAL)

    assert (second.pk, second.reason, len(events(contact))) == (first.pk, "user_request", 1)


def test_opt_out_wins_over_invalid(contact):
    Contact.objects.filter(pk=contact.pk).update(status=ContactStatus.INVALID)

    opt_out(contact, reason=Reason.USER_REQUEST)

    assert status(contact) == "opted_out"


def test_opt_out_takes_people_without_a_phone(db):
    person = known_as("CL.1234")

    row = opt_out(person, reason=Reason.USER_REQUEST)

    assert (row.phone, status(person)) == (None, "opted_out")


def test_opt_out_remembers_staff_and_their_note(contact, superuser):
    opt_out(contact, reason=Reason.MANUAL, by=superuser, note="Called us")

    event = ConsentEvent.objects.get()
    assert (event.by, event.note, event.source) == (superuser, "Called us", Source.STAFF)


def test_opt_out_settles_what_was_held(contact):
    held = hold(contact, "Soy Juan, baja")

    opt_out(contact, reason=Reason.USER_REQUEST)

    held.refresh_from_db()
    assert held.decision == Decision.OPT_OUT


def test_opt_out_takes_a_phone_that_changed_hands(contact):
    opt_out(contact, reason=Reason.USER_REQUEST)
    Contact.objects.filter(pk=contact.pk).update(phone="+56990080338")
    heir = Contact.objects.create(phone="+56975400946")

    row = opt_out(heir, reason=Reason.USER_REQUEST)

    assert row.phone == "+56975400946"


@pytest.mark.parametrize(("left", "taken"), PAIRS)
def test_opt_in_counts_for_a_phone_in_its_other_spelling(left, taken):
    """Its former owner opted out with it as it was spelt then."""
    former = Contact.objects.create(phone=left)
    opt_out(former, reason=Reason.USER_REQUEST)
    Contact.objects.filter(pk=former.pk).update(phone="+56990080338")
    heir = Contact.objects.create(phone=taken)

    revoke(heir, by=SYSTEM, source=Source.MESSAGE)

    assert [*Contact.objects.filter(may_write("whatsapp"))] == [heir]
    assert OptOut.objects.get().phone == "+56990080338"


@pytest.mark.parametrize(("left", "taken"), PAIRS)
def test_opt_in_counts_for_both_contacts_of_a_person_in_two_spellings(left, taken):
    half, other = Contact.objects.create(phone=left), unmerged(taken)
    opt_out(other, reason=Reason.USER_REQUEST)

    revoke(half, by=SYSTEM, source=Source.MESSAGE)

    assert [*Contact.objects.filter(may_write("whatsapp"))] == [half]
    assert (status(half), status(other)) == ("active", "invalid")


def test_opt_out_phone_finds_a_phone_in_its_other_spelling(db):
    person = Contact.objects.create(phone="+5511987654329")

    row = opt_out_phone("+551187654329", reason=Reason.MANUAL)

    assert (row.contact, Contact.objects.count()) == (person, 1)


def test_opt_out_phones_finds_phones_in_their_other_spelling(db):
    Contact.objects.create(phone="+5511987654329")

    newly = opt_out_phones(["+551187654329", "+5491123456729"], reason=Reason.IMPORT)

    assert newly == {"+5511987654329", "+5491123456729"}
    assert Contact.objects.filter(status="opted_out").count() == Contact.objects.count() == 2


def test_opt_out_of_an_unmerged_contact_holds_for_its_other_half(db):
    half, other = Contact.objects.create(phone="+5511987654329"), unmerged("+551187654329")

    opt_out(other, reason=Reason.MANUAL)
    revoke(other, by=SYSTEM, source=Source.MESSAGE)

    statuses = Contact.objects.order_by("pk").values_list("pk", "status")
    assert list(statuses) == [(half.pk, "opted_out"), (other.pk, "invalid")]


def test_opt_out_phone_creates_an_unknown_person(db):
    row = opt_out_phone("+56990080338", reason=Reason.MANUAL)

    assert (row.contact.phone, row.contact.status) == ("+56990080338", "opted_out")


def test_opt_out_phone_finds_a_known_person(contact):
    row = opt_out_phone(contact.phone, reason=Reason.MANUAL)

    assert row.contact == contact


def test_opt_out_phones_returns_who_is_new(contact):
    opt_out(contact, reason=Reason.USER_REQUEST)

    newly = opt_out_phones([contact.phone, "+56990080338"], reason=Reason.IMPORT)

    assert (newly, OptOut.objects.count()) == ({"+56990080338"}, 2)


def test_opt_out_phones_needs_as_many_queries_for_many(db):
    counts = []
    for first, many in ((0, 1), (1, 50)):
        phones = [f"+5697{number:07}" for number in range(first, first + many)]
        with CaptureQueriesContext(connection) as queries:
            opt_out_phones(phones, reason=Reason.IMPORT)
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_revoke_returns_to_active_with_an_event(contact):
    opt_out(contact, reason=Reason.USER_REQUEST, evidence="BAJA")

    revoked = revoke(contact, by=SYSTEM, source=Source.MESSAGE, evidence="ALTA")

    assert (revoked, status(contact), contact.status) == (True, "active", "active")
    assert events(contact) == [("out", "message", "BAJA"), ("in", "message", "ALTA")]


def test_revoke_of_someone_not_opted_out_changes_nothing(contact):
    revoked = revoke(contact, by=SYSTEM, source=Source.MESSAGE)

    assert (revoked, events(contact)) == (False, [])


def test_revoke_leaves_invalid_people_invalid(contact):
    Contact.objects.filter(pk=contact.pk).update(status=ContactStatus.INVALID)

    revoke(contact, by=SYSTEM, source=Source.MESSAGE)

    assert status(contact) == "invalid"


def test_revoke_by_staff_needs_a_note(contact, superuser):
    opt_out(contact, reason=Reason.USER_REQUEST)

    with pytest.raises(NoteMissing):
        revoke(contact, source=Source.STAFF, by=superuser, note=" ")

    assert status(contact) == "opted_out"


def test_hold_keeps_the_message_for_a_decision(contact):
    held = hold(contact, "Soy Juan, baja", phrase="baja")

    assert (list(Hold.objects.open()), held.phrase) == ([held], "baja")


def test_hold_of_someone_opted_out_is_not_needed(contact):
    opt_out(contact, reason=Reason.USER_REQUEST)

    assert hold(contact, "Soy Juan, baja") is None


def test_decide_hold_opts_out_with_the_message_as_evidence(contact, superuser):
    held = hold(contact, "Soy Juan, baja")

    decided = decide_hold(held, Decision.OPT_OUT, by=superuser, note="Clear")

    assert (decided.decision, decided.decided_by, decided.note) == ("opt_out", superuser, "Clear")
    assert (status(contact), events(contact)) == (
        "opted_out",
        [("out", "staff", "Soy Juan, baja")],
    )


def test_decide_hold_keeps(contact, superuser):
    held = hold(contact, "Soy Juan, baja")

    decide_hold(held, Decision.KEEP, by=superuser)

    assert (status(contact), Hold.objects.open().count(), events(contact)) == ("active", 0, [])


def test_decide_hold_twice_is_refused(contact, superuser):
    held = hold(contact, "Soy Juan, baja")
    decide_hold(held, Decision.KEEP, by=superuser)

    with pytest.raises(AlreadyDecided):
        decide_hold(held, Decision.OPT_OUT, by=superuser)

    assert status(contact) == "active"


@pytest.mark.parametrize(
    ("text", "verdict", "after"),
    [
        ("BAJA por favor", Verdict.OPT_OUT, "opted_out"),
        ("ALTA", Verdict.OPT_IN, "active"),
        ("Soy Juan, baja", Verdict.HELD, "active"),
        ("tengo 3 autos", Verdict.NOTHING, "active"),
    ],
)
def test_hear_does_what_an_active_person_says(contact, text, verdict, after):
    assert (handle_text(contact, text), status(contact)) == (verdict, after)


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("ALTA", "active"),
        ("BAJA", "opted_out"),
        ("Soy Juan, baja", "opted_out"),
        ("hola, ¿sigue disponible el Corolla?", "opted_out"),
        ("quiero volver a ver el auto", "opted_out"),
    ],
)
def test_hear_lets_only_opt_in_words_undo_an_opt_out(contact, text, after):
    opt_out(contact, reason=Reason.MANUAL)

    handle_text(contact, text)

    assert status(contact) == after


def test_hear_keeps_the_message_and_where_to_find_it(contact):
    handle_text(contact, "BAJA", evidence="SM123")

    assert events(contact) == [("out", "message", "SM123: BAJA")]


def test_hear_holds_with_the_phrase_found(contact):
    handle_text(contact, "Ya compré, no me escriban más")

    assert Hold.objects.get().phrase == "no me escriban mas"


def test_events_are_stamped_with_the_moment(contact, time_machine):
    time_machine.move_to("2026-11-20T12:00:00Z", tick=False)

    row = opt_out(contact, reason=Reason.MANUAL)

    assert (row.opted_out_at, ConsentEvent.objects.get().at) == (timezone.now(), timezone.now())


def test_change_values_are_those_of_the_ledger():
    assert Change.values == ["out", "in"]


@pytest.fixture
def former(contact) -> OptOut:
    """The opt-out of someone who was given another number after that."""
    row = opt_out(contact, reason="manual")
    Contact.objects.filter(pk=contact.pk).update(phone="+56990080338")
    return row


def test_revoke_frees_a_number_with_which_a_former_owner_opted_out(former):
    owner = Contact.objects.create(phone=former.phone)

    revoke(owner, by=SYSTEM, source="message")

    former.refresh_from_db()
    assert (former.phone, former.contact.status) == ("+56990080338", "opted_out")


def test_revoke_of_a_number_with_which_a_former_owner_opted_out_is_written_down(former, superuser):
    owner = Contact.objects.create(phone=former.phone)

    undone = revoke(owner, by=superuser, source="staff", note="Lo pidió")

    event = Event.objects.get(action="optouts.revoke", object_id=str(owner.pk))
    assert (undone, events(owner), event.reason) == (True, [("in", "staff", "")], "Lo pidió")


def test_opt_out_takes_a_number_over_from_one_whose_own_number_is_on_the_list(former):
    """Three people whose numbers were exchanged: all of them stay on the list."""
    opt_out(Contact.objects.create(phone="+56911111111"), reason="manual")
    OptOut.objects.exclude(pk=former.pk).update(phone="+56990080338")
    owner = Contact.objects.create(phone=former.phone)

    opt_out(owner, reason="manual")

    assert set(OptOut.objects.values_list("phone", flat=True)) == {
        None,
        "+56990080338",
        owner.phone,
    }


def test_opt_out_of_a_second_phone_holds_for_its_person(contact):
    add_address(contact, "+5491123456729", channel="phone")

    opt_out_phones(["+541123456729"], reason="import")

    assert (Contact.objects.get().status, OptOut.objects.get().contact) == ("opted_out", contact)
