"""The address to which a message goes when the contact was corrected since the launch."""

from datetime import time, timedelta

import pytest
from django.utils import timezone

from campaigns.models import Campaign, Recipient, StatusChange
from contacts.models import Contact
from contacts.phones.keys import phone_key
from messaging.delivery.claiming import claims
from messaging.delivery.claiming.claims import Claimed, last_look
from messaging.models import Delivery, Message, Sender
from optouts.models import OptOut
from optouts.operations import opt_out, opt_out_phone
from tests import sending
from tests.factories.people import add_address
from tests.sending import change, run

OLD, NEW, OTHER = "+56975000001", "+56975000002", "+56975000003"
USER_ID = "CL.13491208655302741918"


@pytest.fixture
def one(active, fill) -> Recipient:
    """A recipient at the address OLD."""
    [recipient] = fill(1)
    Recipient.objects.update(phone=OLD)
    Delivery.objects.update(address=OLD)
    correct(recipient, phone=OLD)
    return recipient


def correct(recipient: Recipient, **fields) -> None:
    """As staff do, with the key that belongs to the phone."""
    if phone := fields.get("phone"):
        fields["phone_key"] = phone_key(phone)
    if user_id := fields.pop("user_id", None):
        add_address(recipient.contact, user_id)
    Contact.objects.filter(pk=recipient.contact_id).update(updated_at=timezone.now(), **fields)


def claim(campaign: Campaign) -> list[Claimed]:
    return sending.claim(campaign).deliveries


def end_of(one: Recipient) -> tuple[str, str]:
    """The state and address of its delivery; of a recipient without one, its own."""
    waiting = Delivery.objects.filter(token=one.token).first()
    one.refresh_from_db()
    return (waiting.state, waiting.address) if waiting else (one.status, one.phone)


def switch_to_sms(campaign: Campaign) -> None:
    Sender.objects.filter(pk=campaign.sender_id).update(channel="sms")


def written_to(simulator) -> list[str]:
    return [entry["to"] for entry in simulator.journal if entry["kind"] == "api"]


@pytest.mark.parametrize(
    ("channel", "contact", "end"),
    [
        ("whatsapp", {"phone": NEW}, ("claimed", NEW)),
        ("whatsapp", {"phone": None, "user_id": USER_ID}, ("claimed", USER_ID)),
        ("whatsapp", {"user_id": USER_ID}, ("claimed", OLD)),
        ("sms", {"phone": NEW}, ("claimed", NEW)),
        ("sms", {"phone": None, "user_id": USER_ID}, ("skipped", OLD)),
        ("sms", {"user_id": USER_ID}, ("claimed", OLD)),
    ],
    ids=str,
)
def test_claim_takes_the_address_that_the_contact_has_now(active, one, channel, contact, end):
    Sender.objects.update(channel=channel)
    correct(one, **contact)

    claim(active)

    assert end_of(one) == end
    assert one.why == ("no phone number" if end[0] == "skipped" else "")


def test_claim_takes_the_user_id_when_it_was_the_address_and_a_phone_came(active, one):
    Delivery.objects.update(address=USER_ID)
    correct(one, phone=NEW, user_id=USER_ID)

    assert [taken.address for taken in claim(active)] == [NEW]


def test_history_says_that_a_message_went_to_a_corrected_address(active, fill, simulator):
    moved, stayed = fill(2)
    correct(moved, phone=NEW)

    run(active, seconds=5)

    causes = dict(StatusChange.objects.values_list("recipient", "metadata"))
    assert causes == {
        moved.pk: {"cause": "address_corrected"},
        stayed.pk: {},
    }


@pytest.mark.parametrize(
    ("had", "now"), [(NEW, NEW), ("+525512345678", "+5215512345678")], ids=["same", "spelling"]
)
def test_claim_skips_a_corrected_address_that_has_had_the_campaigns_message(active, fill, had, now):
    sent, corrected = fill(2)
    Recipient.objects.filter(pk=sent.pk).update(
        status="sent", sent_at=timezone.now(), phone=had, message_sid="SM1"
    )
    Delivery.objects.filter(token=sent.token).delete()
    correct(corrected, phone=now)

    claim(active)

    corrected.refresh_from_db()
    assert (corrected.status, corrected.why) == (
        "skipped",
        "this campaign already wrote to this address",
    )


def test_claim_skips_a_corrected_phone_that_had_the_message_in_another_spelling(active, fill):
    sent, corrected = fill(2)
    Recipient.objects.filter(pk=sent.pk).update(
        status="sent", sent_at=timezone.now(), phone="+525512345678", message_sid="SM1"
    )
    Delivery.objects.filter(token=sent.token).delete()
    correct(corrected, phone="+5215512345678")

    assert claim(active) == []

    corrected.refresh_from_db()
    assert (corrected.status, corrected.why) == (
        "skipped",
        "this campaign already wrote to this address",
    )


def test_claim_waits_while_a_message_goes_to_the_phone_in_another_spelling(active, fill):
    going, corrected = fill(2)
    now = timezone.now()
    in_hand = {"state": "claimed", "claimed_at": now, "lease_until": now + timedelta(minutes=1)}
    Delivery.objects.filter(token=going.token).update(address="+525512345678", **in_hand)
    correct(corrected, phone="+5215512345678")

    assert claim(active) == []

    assert sending.delivery_of(corrected).state == "waiting"


@pytest.mark.parametrize("state", ["claimed", "uncertain"])
def test_claim_waits_while_the_campaigns_message_may_be_on_its_way_there(active, fill, state):
    going, corrected = fill(2)
    now = timezone.now()
    in_hand = {"state": state, "claimed_at": now, "lease_until": now + timedelta(minutes=1)}
    Delivery.objects.filter(token=going.token).update(address=NEW, **in_hand)
    correct(corrected, phone=NEW)

    claim(active)

    waiting = sending.delivery_of(corrected)
    assert (waiting.state, waiting.due_at > timezone.now()) == ("waiting", True)


def test_claim_exchanges_the_addresses_of_two_people(active, fill):
    one, other = fill(2)
    correct(one, phone=NEW)
    correct(other, phone=one.phone)

    taken = {row.token: row.address for row in claim(active)}

    assert taken == {one.token: NEW, other.token: one.phone}


def test_claim_takes_nobody_at_an_address_with_which_another_contact_opted_out(active, one):
    """The earlier owner of the number said BAJA; staff gave their contact another number since."""
    former = opt_out_phone(NEW, reason="manual").contact
    Contact.objects.filter(pk=former.pk).update(phone=OTHER)
    correct(one, phone=NEW)

    claim(active)

    one.refresh_from_db()
    assert (one.status, one.why) == ("skipped", "opted out")


SPELT = [
    ("+5215512345678", "+525512345678"),
    ("+5491123456789", "+541123456789"),
    ("+5511987654321", "+551187654321"),
]


@pytest.mark.parametrize(("listed", "address"), [*SPELT, *(pair[::-1] for pair in SPELT)])
def test_claim_takes_nobody_at_a_number_that_opted_out_in_another_spelling(
    active, one, listed, address
):
    former = opt_out_phone(listed, reason="manual").contact
    Contact.objects.filter(pk=former.pk).update(phone=OTHER, phone_key=OTHER)
    correct(one, phone=address)

    claim(active)

    one.refresh_from_db()
    assert (one.status, one.why) == ("skipped", "opted out")


def test_last_look_lets_nobody_go_to_a_number_that_opted_out_in_another_spelling(active, one):
    listed, address = SPELT[0]
    correct(one, phone=address)
    taken = claim(active)
    former = opt_out(Contact.objects.create(phone=OTHER), reason="manual")
    OptOut.objects.filter(pk=former.pk).update(phone=listed)

    assert (len(taken), last_look(taken)) == (1, [])


def test_claim_looks_at_the_clock_of_the_corrected_number(active, one):
    change(active, hours_start=time(0, 0), hours_end=time(23, 59))
    Delivery.objects.update(time_zone="America/Santiago")
    correct(one, phone="+34612345678")

    claim(active)

    claimed = sending.delivery_of(one)
    assert (claimed.state, "Europe/Madrid" in claimed.time_zone) == ("claimed", True)


@pytest.mark.parametrize(
    "contact",
    [{"phone": NEW}, {"phone": None, "user_id": USER_ID}],
    ids=["phone", "user id"],
)
@pytest.mark.parametrize("channel", ["whatsapp", "sms"])
def test_last_look_gives_back_who_was_corrected_since_the_claim(active, one, contact, channel):
    Sender.objects.update(channel=channel)
    taken = claim(active)
    correct(one, **contact)

    assert (len(taken), last_look(taken)) == (1, [])
    assert Delivery.objects.values_list("state", "attempts").get() == ("waiting", 0)


def test_last_look_lets_nobody_go_to_an_address_that_has_opted_out_since_the_claim(active, one):
    taken = claim(active)
    correct(one, phone=NEW)
    opt_out_phone(OLD, reason="manual")

    assert last_look(taken) == []


def test_last_look_follows_a_recipient_who_was_merged_into_another_contact(active, one):
    taken = claim(active)
    other = Contact.objects.create(phone=NEW)
    Delivery.objects.update(contact=other)

    assert last_look(taken) == []
    assert [row.address for row in claim(active)] == [NEW]


def test_run_writes_to_the_corrected_address_after_the_claim(active, one, simulator, monkeypatch):
    looks = []

    def correct_then_look(group):
        if not looks:
            correct(one, phone=NEW)
            opt_out_phone(OLD, reason="manual")
        looks.append(len(group))
        return last_look(group)

    monkeypatch.setattr(claims, "last_look", correct_then_look)

    run(active, seconds=5)

    assert written_to(simulator) == [f"whatsapp:{NEW}"]
    assert Message.objects.get().phone == Recipient.objects.get().phone == NEW


def test_run_writes_to_nobody_when_only_a_user_id_is_left_for_an_sms(active, one, simulator):
    switch_to_sms(active)
    correct(one, phone=None, user_id=USER_ID)

    run(Campaign.objects.select_related("sender").get(), seconds=5)

    assert written_to(simulator) == []
    assert Recipient.objects.values_list("status", "reason").get() == ("skipped", "no_address")


def test_run_tries_again_at_the_corrected_address(active, one, simulate, monkeypatch):
    """The first attempt was refused; meanwhile the number was corrected."""
    simulator = simulate()
    Delivery.objects.update(attempts=1, retries=1, due_at=timezone.now() - timedelta(seconds=1))
    correct(one, phone=NEW)

    run(active, seconds=5)

    assert written_to(simulator) == [f"whatsapp:{NEW}"]
