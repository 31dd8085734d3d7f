"""What staff do with a conversation: notes, statuses, outcomes, tags, next steps."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from campaigns.models import Recipient
from contacts.merging import Merge
from contacts.models import Contact, Tag
from messaging.inbound.receive import receive
from messaging.inbox import operations
from messaging.inbox.models import Closing, Draft, Entry, NextStep, Outcome
from messaging.inbox.operations import CannotDo
from messaging.merging import move_conversations
from messaging.models import Conversation, Message
from tests.factories.users import permit_all_but
from tests.messaging.conftest import arrival
from waproject.accounts.actors import SYSTEM
from waproject.audit.models import Event


@pytest.fixture
def sold(db) -> Outcome:
    return Outcome.objects.get(code="sold")


@pytest.fixture
def visit(db) -> Outcome:
    return Outcome.objects.get(code="visit")


@pytest.fixture
def answering(talk, campaign) -> Conversation:
    """A conversation whose person answered a campaign."""
    one = talk("Me interesa")
    Message.objects.filter(conversation=one).update(campaign_id=campaign.pk)
    made = Recipient.objects.create(campaign=campaign, contact=one.contact, phone="+56975400946")
    now = timezone.now()
    Recipient.objects.filter(pk=made.pk).update(
        status="replied", sent_at=now, replied_at=now, message_sid="SM1"
    )
    return one


def kinds(talk: Conversation) -> list[str]:
    return list(Entry.objects.filter(conversation=talk).values_list("kind", flat=True))


def test_a_new_business_has_outcomes_to_begin_with(db):
    assert list(Outcome.objects.filter(is_sale=True).values_list("code", flat=True)) == ["sold"]


def test_a_note_stands_in_the_conversation_and_in_the_log(talk, superuser):
    one = talk()

    operations.write_note(one.pk, "  Tasar el lunes ", by=superuser)

    entry, event = Entry.objects.get(), Event.objects.get()
    assert (entry.kind, entry.text, entry.by) == ("note", "Tasar el lunes", superuser)
    assert (event.action, event.object_id) == ("inbox.note", str(one.pk))
    assert "Tasar" not in str((event.before, event.after, event.object_text))


def test_an_empty_note_is_refused(talk):
    with pytest.raises(CannotDo):
        operations.write_note(talk().pk, "  ", by=SYSTEM)


@pytest.mark.parametrize(
    ("status", "unread", "waits"),
    [("pending", 1, True), ("resolved", 0, False), ("spam", 0, False)],
)
def test_a_status_is_set_and_settled_ones_ask_nobody(talk, status, unread, waits):
    one = talk()

    operations.set_status(one.pk, status, by=SYSTEM)

    one.refresh_from_db()
    assert (one.status, one.unread_count, bool(one.waiting_since)) == (status, unread, waits)
    assert kinds(one) == ["status"]


def test_the_same_status_again_says_nothing(talk):
    one = talk()

    operations.set_status(one.pk, "open", by=SYSTEM)

    assert (kinds(one), Event.objects.count()) == ([], 0)


def test_a_status_that_there_is_not_is_refused(talk):
    with pytest.raises(CannotDo):
        operations.set_status(talk().pk, "lost", by=SYSTEM)


def test_a_sale_closes_the_recipient_and_counts_in_the_campaign(answering, campaign, sold):
    operations.resolve(answering.pk, sold.pk, amount=Decimal(13_990_000), by=SYSTEM)

    closing = Closing.objects.get()
    assert (closing.campaign_id, closing.amount) == (campaign.pk, Decimal(13_990_000))
    recipient = Recipient.objects.get()
    assert (recipient.status, recipient.closed_at) == ("closed", closing.at)
    answering.refresh_from_db()
    assert (answering.status, kinds(answering)) == ("resolved", ["closed"])


def test_another_outcome_leaves_the_recipient_as_it_is(answering, campaign, visit):
    operations.resolve(answering.pk, visit.pk, amount=Decimal(5), by=SYSTEM)

    closing = Closing.objects.get()
    assert (closing.campaign_id, closing.amount) == (campaign.pk, None)
    assert Recipient.objects.get().status == "replied"


def test_a_sale_counts_once_whoever_clicks_twice(answering, sold):
    operations.resolve(answering.pk, sold.pk, amount=Decimal(5), by=SYSTEM)

    with pytest.raises(CannotDo, match="before"):
        operations.resolve(answering.pk, sold.pk, amount=Decimal(5), by=SYSTEM)

    assert (Closing.objects.count(), kinds(answering)) == (1, ["closed"])


def test_who_answered_no_campaign_counts_in_none(talk, sold):
    operations.resolve(talk().pk, sold.pk, amount=Decimal(1), by=SYSTEM)

    assert Closing.objects.get().campaign_id is None


def test_a_sale_without_its_amount_is_refused(talk, sold):
    one = talk()

    with pytest.raises(CannotDo, match="amount"):
        operations.resolve(one.pk, sold.pk, by=SYSTEM)

    one.refresh_from_db()
    assert (one.status, Closing.objects.count()) == ("open", 0)


def test_an_outcome_out_of_use_is_refused(talk, visit):
    Outcome.objects.update(active=False)

    with pytest.raises(CannotDo, match="outcome"):
        operations.resolve(talk().pk, visit.pk, by=SYSTEM)


def test_a_message_opens_a_resolved_conversation_and_says_so(settings, contact, sender):
    settings.INBOUND_HANDLERS = ["messaging.inbox.arriving.reopening.note_reopened"]
    receive(arrival("Hola", 1))
    one = Conversation.objects.get()
    operations.set_status(one.pk, "resolved", by=SYSTEM)

    receive(arrival("¿Siguen ahí?", 2))

    one.refresh_from_db()
    assert (one.status, kinds(one)) == ("open", ["status", "reopened"])


def test_nobody_without_the_right_to_people_tags_a_person(talk, staff):
    permit_all_but(staff, "change_contact")
    one, vip = talk(), Tag.objects.create(name="VIP")

    with pytest.raises(PermissionDenied):
        operations.set_tags(one.pk, of_talk=[], of_person=[vip.pk], by=staff)

    operations.set_tags(one.pk, of_talk=[vip.pk], of_person=[], by=staff)
    assert (list(one.tags.all()), one.contact.tags.count()) == ([vip], 0)


def test_a_tag_that_moves_from_the_person_to_the_conversation_is_noted(talk):
    one, vip = talk(), Tag.objects.create(name="VIP")
    one.contact.tags.add(vip)

    operations.set_tags(one.pk, of_talk=[vip.pk], of_person=[], by=SYSTEM)

    assert Entry.objects.get().data == {"added": ["VIP"], "removed": ["VIP"]}


def test_tags_of_conversation_and_person_are_set_by_one_act(talk):
    one = talk()
    vip, old = Tag.objects.create(name="VIP"), Tag.objects.create(name="Feria")
    one.tags.add(old)

    operations.set_tags(one.pk, of_talk=[], of_person=[vip.pk], by=SYSTEM)

    assert (list(one.tags.all()), list(one.contact.tags.all())) == ([], [vip])
    assert Entry.objects.get().data == {"added": ["VIP"], "removed": ["Feria"]}


def test_a_next_step_takes_the_place_of_the_one_before_and_is_done(talk):
    one, today = talk(), timezone.localdate()
    operations.plan(one.pk, "Llamar", today, by=SYSTEM)

    operations.plan(one.pk, "Visitar", today + timedelta(days=1), by=SYSTEM)
    assert NextStep.objects.get().text == "Visitar"

    operations.step_done(one.pk, by=SYSTEM)
    assert (NextStep.objects.count(), kinds(one)) == (0, ["step", "step", "step"])


@pytest.mark.parametrize(("days", "stays"), [(0, False), (3, True)])
def test_a_step_still_to_come_outlives_the_outcome(talk, visit, days, stays):
    one = talk()
    operations.plan(one.pk, "Visita", timezone.localdate() + timedelta(days=days), by=SYSTEM)

    operations.resolve(one.pk, visit.pk, by=SYSTEM)

    assert NextStep.objects.exists() == stays


def test_a_next_step_lies_not_in_the_past(talk):
    with pytest.raises(CannotDo, match="over"):
        operations.plan(talk().pk, "Llamar", timezone.localdate() - timedelta(days=1), by=SYSTEM)


def test_nobody_without_the_right_does_any_of_it(talk, staff, visit):
    permit_all_but(staff, "change_conversation")
    one, today = talk(), timezone.localdate()
    acts = [
        lambda: operations.write_note(one.pk, "Hola", by=staff),
        lambda: operations.set_status(one.pk, "spam", by=staff),
        lambda: operations.resolve(one.pk, visit.pk, by=staff),
        lambda: operations.set_tags(one.pk, of_talk=[], of_person=[], by=staff),
        lambda: operations.plan(one.pk, "Llamar", today, by=staff),
        lambda: operations.step_done(one.pk, by=staff),
        lambda: operations.assign([one.pk], to=staff, by=staff),
        lambda: operations.close([one.pk], by=staff),
    ]

    for act in acts:
        with pytest.raises(PermissionDenied):
            act()

    assert (Entry.objects.count(), Event.objects.count()) == (0, 0)


def test_two_conversations_that_become_one_keep_what_staff_wrote(talk, superuser, staff):
    kept, gone = talk(name="Ana"), talk(name="Ana María")
    operations.write_note(gone.pk, "Tasar", by=SYSTEM)
    operations.plan(gone.pk, "Llamar", timezone.localdate(), by=SYSTEM)
    now = timezone.now()
    for one, text in ((gone, "Otro"), (kept, "Mío")):
        Draft.objects.create(user=superuser, conversation=one, text=text, at=now)
    Draft.objects.create(user=staff, conversation=gone, text="De ella", at=now)
    Conversation.objects.filter(pk=kept.pk).update(status="resolved", resolved_at=now)

    move_conversations(
        Merge(Contact.objects.get(pk=kept.contact_id), Contact.objects.get(pk=gone.contact_id))
    )

    assert kinds(kept) == ["note", "step"]
    assert NextStep.objects.get().conversation_id == kept.pk
    texts = Draft.objects.filter(conversation=kept).order_by("text")
    assert list(texts.values_list("text", flat=True)) == ["De ella", "Mío"]
    kept.refresh_from_db()
    assert (kept.status, kept.resolved_at) == ("open", None)
