"""Two contacts that are one person: nothing of either is lost, and an opt-out of either holds."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from campaigns.integrity import integrity_problems as campaign_problems
from campaigns.models import Campaign, Recipient
from campaigns.sending.streams import follow_campaign
from contacts.integrity import integrity_problems as contact_problems
from contacts.merging import CannotMerge, merge
from contacts.models import Address, Contact, ImportedPerson, ImportJob, Note, Tag, Vehicle
from messaging.archives.models import ConversationArchive
from messaging.files.models import StoredFile
from messaging.integrity import integrity_problems as message_problems
from messaging.models import Conversation, Delivery, Message, Opening
from messaging.statuses.apply import apply_status
from messaging.statuses.reports import StatusReport
from optouts.integrity import integrity_problems as optout_problems
from optouts.models import ConsentEvent, Hold, OptOut
from optouts.operations import hold, opt_out, revoke
from tests.contacts.pairs import unmerged
from tests.factories.people import add_address, block, known_as
from tests.sending import accept, enqueue
from waproject.accounts.actors import SYSTEM
from waproject.audit.models import Event
from waproject.core.jobs.models import Job

pytestmark = pytest.mark.django_db


def all_problems() -> list[str]:
    checks = (contact_problems, optout_problems, message_problems, campaign_problems)
    return [problem for check in checks for problem in check()]


def said(contact, sender, body, **ago) -> Message:
    at = timezone.now() - timedelta(**ago)
    conversation, _made = Conversation.objects.update_or_create(
        sender=sender,
        contact=contact,
        defaults={
            **{f"last_{what}_at": at for what in ("message", "inbound")},
            **{f"last_{what}_body": body for what in ("message", "inbound")},
            "unread_count": 1,
        },
    )
    return Message.objects.create(
        conversation=conversation,
        contact=contact,
        direction="inbound",
        phone=contact.address,
        body=body,
        message_sid=f"SM{contact.pk:032x}",
        status="received",
        created_at=at,
    )


def addressed(campaign, contact, **fields) -> Recipient:
    made = Recipient.objects.create(campaign=campaign, contact=contact, phone=contact.address)
    Campaign.objects.filter(pk=campaign.pk).update(total_recipients=campaign.recipients.count())
    Recipient.objects.filter(pk=made.pk).update(**fields)
    made.refresh_from_db()
    return made


def sent(campaign, contact, number) -> Recipient:
    Campaign.objects.filter(pk=campaign.pk).update(status="active")
    made = addressed(campaign, contact)
    accept((made, f"SM{number:032x}"))
    return made


def imported(*people: Contact) -> ImportJob:
    job = ImportJob.objects.create(job=Job.objects.create(kind="import", title="lista.csv"))
    ImportedPerson.objects.bulk_create(ImportedPerson(job=job, contact=one) for one in people)
    return job


def in_hand(campaign, state="claimed") -> None:
    """Let what is pending in the campaign be under way."""
    enqueue(campaign)
    now = timezone.now()
    Delivery.objects.update(state=state, claimed_at=now, lease_until=now)


def test_merge_moves_what_is_known_of_the_person(kept, gone):
    for contact in (kept, gone):
        Vehicle.objects.create(contact=contact, make="Kia", model="Rio", year=2020)
        contact.tags.add(Tag.objects.get_or_create(name="VIP")[0])
    Vehicle.objects.create(contact=gone, make="Kia", model="Soul", year=2021)
    add_address(gone, "2345", channel="sms")

    merge(kept.pk, gone.pk, by=SYSTEM)

    one = Contact.objects.get()
    assert (one.phone, one.whatsapp_user_id, one.name) == ("+541123456729", "AR.1", "Eva")
    assert (one.email, one.custom_fields) == ("e@x.cl", {"a": "1", "b": ""})
    assert sorted(one.vehicles.values_list("model", flat=True)) == ["Rio", "Soul"]
    assert (one.tags.count(), one.addresses.count(), all_problems()) == (1, 2, [])


def test_merge_leaves_the_person_among_those_of_both_imports(kept, gone):
    first, second = (imported(gone), imported(kept, gone))

    merge(kept.pk, gone.pk, by=SYSTEM)

    for job in (first, second):
        assert Contact.objects.imported_by(job.pk).get() == kept


def test_merge_joins_the_conversations_with_one_sender(kept, gone, sender):
    said(kept, sender, "Hola", hours=2)
    said(gone, sender, "¿Siguen ahí?", hours=1)

    moved = merge(kept.pk, gone.pk, by=SYSTEM)

    conversation = Conversation.objects.get()
    assert (conversation.contact, conversation.messages.count()) == (kept, 2)
    assert (conversation.unread_count, conversation.last_message_body) == (2, "¿Siguen ahí?")
    assert (moved["messages"], all_problems()) == (1, [])


def test_merge_moves_a_conversation_with_another_sender(kept, gone, sender):
    said(gone, sender, "Hola", hours=1)

    merge(kept.pk, gone.pk, by=SYSTEM)

    assert (Conversation.objects.get().contact, Message.objects.get().contact) == (kept, kept)


@pytest.mark.parametrize("who", ["kept", "gone", "both"])
def test_merge_keeps_an_opt_out_of_either(kept, gone, who):
    hold(gone, "¿baja?")
    for contact in {"kept": [kept], "gone": [gone], "both": [kept, gone]}[who]:
        opt_out(contact, reason="user_request", evidence="BAJA")

    merge(kept.pk, gone.pk, by=SYSTEM)

    one = Contact.objects.get()
    assert (one.status, OptOut.objects.get().phone) == ("opted_out", "+541123456729")
    assert (Hold.objects.open().count(), ConsentEvent.objects.first().note) == (
        0,
        f"Joined with contact {gone.pk}: an opt-out of either holds.",
    )
    assert all_problems() == []


def test_merge_keeps_an_opt_out_though_the_other_came_back_later(kept, gone):
    opt_out(gone, reason="manual")
    opt_out(kept, reason="manual")
    revoke(kept, by=SYSTEM, source="message")

    merge(kept.pk, gone.pk, by=SYSTEM)

    assert (Contact.objects.get().status, all_problems()) == ("opted_out", [])


def test_merge_takes_the_phone_back_from_a_person_who_opted_out_with_it(kept, gone):
    former = Contact.objects.create(phone="+56975400946")
    opt_out(former, reason="user_request")
    OptOut.objects.update(phone=kept.phone)
    opt_out(gone, reason="user_request")

    merge(kept.pk, gone.pk, by=SYSTEM)

    rows = dict(OptOut.objects.values_list("contact", "phone"))
    assert rows == {former.pk: "+56975400946", kept.pk: kept.phone}


@pytest.mark.parametrize(("number_kept", "number_gone"), [(1, None), (None, 2), (1, 2)])
def test_merge_keeps_the_recipient_that_got_further(campaign, kept, gone, number_kept, number_gone):
    for contact, number in ((kept, number_kept), (gone, number_gone)):
        sent(campaign, contact, number) if number else addressed(campaign, contact)

    merge(kept.pk, gone.pk, by=SYSTEM)

    one = campaign.recipients.get()
    campaign.refresh_from_db()
    assert (one.contact, one.status) == (kept, "sent")
    assert (campaign.total_recipients, campaign.sent_count, all_problems()) == (1, 1, [])


@pytest.mark.parametrize("status", ["failed", "undelivered"])
def test_merge_still_writes_to_who_waits_when_the_other_failed(campaign, kept, gone, status):
    sent(campaign, kept, 1)
    apply_status(StatusReport(f"SM{1:032x}", status, error_code="63016"))
    waiting = addressed(campaign, gone)
    enqueue(campaign)

    merge(kept.pk, gone.pk, by=SYSTEM)

    assert (campaign.recipients.get().status, Delivery.objects.get().token, all_problems()) == (
        "pending",
        waiting.token,
        [],
    )


@pytest.mark.parametrize("ages", [(1, 2), (2, 1)], ids=["own is later", "other is later"])
def test_merge_keeps_counting_against_the_daily_limit(campaign, kept, gone, ages):
    now = timezone.now()
    for contact, hours in zip((kept, gone), ages, strict=True):
        at = now - timedelta(hours=hours)
        Opening.objects.create(sender=campaign.sender, contact=contact, at=at)

    merge(kept.pk, gone.pk, by=SYSTEM)

    one = Opening.objects.get()
    assert (one.contact, one.at) == (kept, now - timedelta(hours=1))


def test_merge_moves_an_opening_that_only_the_other_has(campaign, kept, gone):
    Opening.objects.create(sender=campaign.sender, contact=gone, at=timezone.now())

    merge(kept.pk, gone.pk, by=SYSTEM)

    assert Opening.objects.get().contact == kept


def test_merge_knows_a_message_that_was_given_up_and_arrives_later(campaign, kept, gone):
    Campaign.objects.update(max_retries=1)
    given_up = f"SM{2:032x}"
    for contact, number in ((kept, 1), (gone, 2)):
        sent(campaign, contact, number)
    apply_status(StatusReport(given_up, "undelivered", error_code="30008"))

    merge(kept.pk, gone.pk, by=SYSTEM)
    apply_status(StatusReport(given_up, "delivered"))

    assert Message.objects.get(message_sid=given_up).status == "delivered"
    assert (campaign.recipients.get().message_sid, all_problems()) == (f"SM{1:032x}", [])


def test_merge_moves_a_recipient_of_another_campaign(campaign, kept, gone):
    made = sent(campaign, gone, 1)

    moved = merge(kept.pk, gone.pk, by=SYSTEM)

    made.refresh_from_db()
    assert (made.contact, moved["recipients"], all_problems()) == (kept, 1, [])


def test_merge_of_a_person_written_to_before_the_other_opted_out_breaks_no_rule(
    campaign, kept, gone
):
    opt_out(gone, reason="user_request")
    OptOut.objects.update(opted_out_at=timezone.now() - timedelta(days=1))
    sent(campaign, kept, 1)

    merge(kept.pk, gone.pk, by=SYSTEM)

    assert all_problems() == []


@pytest.mark.parametrize("state", ["claimed", "uncertain"])
def test_merge_waits_while_a_message_is_under_way(campaign, kept, gone, state):
    addressed(campaign, gone)
    in_hand(campaign, state)

    with pytest.raises(CannotMerge, match=r"^A message to this person is being sent\.$"):
        merge(kept.pk, gone.pk, by=SYSTEM)

    assert Contact.objects.count() == 2


def test_merge_renames_the_person_in_audiences(campaign, kept, gone):
    Campaign.objects.update(audience={"contact_ids": [gone.pk, kept.pk, 7]})

    merge(kept.pk, gone.pk, by=SYSTEM)

    campaign.refresh_from_db()
    assert campaign.audience == {"contact_ids": [kept.pk, 7]}


def test_merge_leaves_nothing_to_be_deleted_with_the_contact(campaign, kept, gone, sender):
    said(gone, sender, "Hola", hours=1)
    sent(campaign, gone, 1)
    opt_out(gone, reason="manual")
    Vehicle.objects.create(contact=gone, make="Kia", model="Rio", year=2020)
    gone.tags.add(Tag.objects.create(name="VIP"))
    imported(gone)
    block(gone, "whatsapp")
    Note.objects.create(contact=gone, text="Prefiere la tarde")
    Hold.objects.create(contact=gone, text="?", held_at=timezone.now())
    stream = follow_campaign(campaign.pk)
    Delivery.objects.create(stream=stream, contact=gone, due_at=timezone.now())
    StoredFile.objects.create(contact=gone)
    ConversationArchive.objects.create(contact=gone, storage_status="deleted")

    before = {one.related_model: one.related_model for one in Contact._meta.related_objects}
    counts = {model: model._base_manager.count() for model in before}
    merge(kept.pk, gone.pk, by=SYSTEM)

    assert all(counts.values()), "this test does not know every table of contacts"
    after = {model: model._base_manager.count() for model in before}
    assert after == {**counts, ConsentEvent: counts[ConsentEvent] + 1}


def test_merge_of_a_contact_that_is_gone_says_so(kept):
    with pytest.raises(Contact.DoesNotExist):
        merge(kept.pk, 0, by=SYSTEM)


def test_merge_contacts_joins_pairs_and_says_what_it_did(kept, capsys):
    other = unmerged("+5491123456729", email="e@x.cl")
    alone = unmerged("+551187654329")

    call_command("merge_contacts", dry_run=True)
    assert Contact.objects.unmerged().count() == 2
    call_command("merge_contacts")

    told = (
        f"Contact {other.pk} joined contact {kept.pk}, which stays. Moved: nothing.\n"
        f"Contact {alone.pk} stands alone now, and can be written to again.\n"
    )
    assert capsys.readouterr().out == f"{told}Nothing was changed: this was a dry run.\n{told}"
    assert (Contact.objects.get(pk=kept.pk).email, all_problems()) == ("e@x.cl", [])
    alone.refresh_from_db()
    assert (alone.status, alone.phone_key) == ("active", "+5511987654329")


def test_merge_contacts_leaves_who_is_written_to(campaign, kept, capsys):
    other = unmerged("+5491123456729")
    addressed(campaign, kept)
    in_hand(campaign)

    call_command("merge_contacts")

    assert capsys.readouterr().out == (
        f"Contact {other.pk} waits: A message to this person is being sent."
        " Run the command again.\n"
    )


def test_merge_contacts_has_nothing_to_say_of_a_sound_database(kept, capsys):
    call_command("merge_contacts")

    assert capsys.readouterr().out == "Every person stands in one contact.\n"


def test_merge_keeps_the_phone_of_the_other_as_a_second_one(kept):
    gone = known_as("AR.2", phone="+56990080338")

    merge(kept.pk, gone.pk, by=SYSTEM)

    assert list(Contact.objects.with_phones(["+56990080338"])) == [kept]
    assert (kept.whatsapp_user_id, all_problems()) == ("AR.2", [])


def test_merge_forgets_what_barred_the_phone_of_the_other(kept):
    gone = Contact.objects.create(phone="+56990080338")
    block(gone, "whatsapp")

    merge(kept.pk, gone.pk, by=SYSTEM)

    assert Address.objects.blocked().count() == 0


def test_merge_names_both_contacts_in_the_log_of_operations(kept, gone):
    pk = gone.pk

    merge(kept.pk, pk, by=SYSTEM)

    event = Event.objects.get()
    assert (event.action, event.object_id) == ("contacts.merge", str(kept.pk))
    assert (event.before, event.after) == ({"joined": pk}, {"addresses": 1})


def test_merge_where_the_phone_is_a_further_address_already_keeps_it_once(kept):
    other = Contact.objects.create(phone="+56975400946", name="Eva")
    add_address(kept, "+56975400946", channel="phone")

    merge(kept.pk, other.pk, by=SYSTEM)

    assert [one.value for one in kept.addresses.all()] == ["+56975400946"]


def test_merge_writes_to_the_phone_that_reaches_the_person(kept):
    other = Contact.objects.create(phone="+56975400946", name="Eva")
    block(kept, "sms")
    Contact.objects.filter(pk=kept.pk).mark_invalid()

    merge(kept.pk, other.pk, by=SYSTEM)

    one = Contact.objects.get()
    assert (one.phone, one.phone_key, one.status) == ("+56975400946", "+56975400946", "active")
    assert [(row.value, row.bars_phone) for row in one.addresses.all()] == [(kept.phone, False)]
    assert all_problems() == []
