from datetime import timedelta

import pytest
from asgiref.sync import async_to_sync
from django.utils import timezone

from campaigns.models import Campaign, Recipient, StatusChange
from messaging.delivery.claiming import claims
from messaging.delivery.settling import reconciliation
from messaging.delivery.timing.moments import next_moment
from messaging.models import Delivery, Message, Sender
from messaging.providers.base import MessageOrigin, OutboundRequest, ProviderMessage
from tests.sending import claim, delivery_of, recipients

SID = "SM" + "1" * 32
TEXT = "Hola cliente, tenemos ofertas. Responde INFO."


@pytest.fixture
def uncertain(active, fill) -> Delivery:
    [recipient] = fill(1)
    claim(active)
    claims.expire(timezone.now() + timedelta(hours=1))
    Delivery.objects.update(lease_until=timezone.now() - timedelta(minutes=5))
    return delivery_of(recipient)


def state() -> str:
    return Delivery.objects.values_list("state", flat=True).get()


def listed(delivery, **changes) -> ProviderMessage:
    given = {
        "sid": SID,
        "channel": "whatsapp",
        "to": delivery.address,
        "from_": delivery.stream.sender.address,
        "body": TEXT,
        "status": "sent",
        "error_code": None,
        "date_created": timezone.now(),
        "date_sent": None,
        "origin": MessageOrigin.REQUEST,
    }
    return ProviderMessage(**(given | changes))


def test_resolve_takes_the_sid_the_provider_has(uncertain):
    reconciliation.resolve(uncertain, [listed(uncertain)])

    recipient = Recipient.objects.get(token=uncertain.token)
    assert (recipient.status, recipient.message_sid) == ("sent", SID)
    assert StatusChange.objects.last().source == "polling"
    assert Message.objects.get().account == uncertain.stream.sender.account


def test_resolve_follows_the_status_the_provider_has(uncertain):
    reconciliation.resolve(uncertain, [listed(uncertain, status="delivered")])

    assert (Recipient.objects.get().status, Message.objects.get().status) == (
        "delivered",
        "delivered",
    )


def test_resolve_lets_what_the_provider_does_not_know_wait_again(uncertain):
    reconciliation.resolve(uncertain, [])

    uncertain.refresh_from_db()
    assert (uncertain.state, uncertain.lease_until) == ("waiting", None)


def test_resolve_never_takes_a_message_of_another_request(uncertain):
    Message.objects.create(
        message_sid=SID, direction="outbound", status="sent", created_at=timezone.now()
    )

    reconciliation.resolve(uncertain, [listed(uncertain)])

    uncertain.refresh_from_db()
    assert uncertain.state == "waiting"


def rival_of(uncertain, **changes) -> Delivery:
    """Another request to the same address that is in doubt as well."""
    other = Campaign.objects.get().copy()
    given = {"body": "Su hora en el taller es mañana a las 10:00."}
    [recipient] = recipients(other, [uncertain.contact], **(given | changes))
    doubt = {name: getattr(uncertain, name) for name in ("state", "claimed_at", "lease_until")}
    Delivery.objects.filter(token=recipient.token).update(**doubt)
    return delivery_of(recipient)


def test_resolve_takes_a_text_that_the_provider_spaced_differently(uncertain):
    rival_of(uncertain)

    reconciliation.resolve(uncertain, [listed(uncertain, body=TEXT.replace(". ", ".  "))])

    recipient = Recipient.objects.get(token=uncertain.token)
    assert (recipient.status, recipient.message_sid) == ("sent", SID)


def test_resolve_leaves_a_message_to_the_request_whose_text_is_more_like_it(uncertain):
    rival = rival_of(uncertain)

    reconciliation.resolve(uncertain, [listed(uncertain, body=rival.body.replace(" ", "  "))])

    uncertain.refresh_from_db()
    assert uncertain.state == "waiting"


def test_two_requests_in_doubt_never_take_the_same_message(uncertain):
    rival = rival_of(uncertain, body=TEXT)

    for one in (uncertain, rival):
        reconciliation.resolve(one, [listed(uncertain, body=TEXT + " ")])

    assert sorted(Recipient.objects.values_list("status", flat=True)) == ["pending", "sent"]
    assert state() == "waiting"


@pytest.mark.parametrize(
    "other",
    [
        {"origin": MessageOrigin.PERSON},
        {"origin": MessageOrigin.ANSWER, "body": "Listo. No volveremos a contactarte."},
        {"from_": "+56299999999"},
    ],
)
def test_resolve_ignores_messages_that_are_not_ours(uncertain, other):
    reconciliation.resolve(uncertain, [listed(uncertain, **other)])

    uncertain.refresh_from_db()
    assert uncertain.state == "waiting"


def test_resolve_leaves_what_a_callback_settled_meanwhile(uncertain):
    Delivery.objects.all().delete()

    reconciliation.resolve(uncertain, [listed(uncertain)])

    assert (Recipient.objects.get().status, Message.objects.count()) == ("pending", 0)


def test_reconcile_asks_the_provider(uncertain, simulator):
    asked = reconciliation.reconcile()

    assert (asked, state()) == (1, "waiting")


def test_reconcile_asks_again_later_when_the_provider_is_away(uncertain, settings):
    settings.TWILIO_API_BASE_URL = "http://127.0.0.1:9"

    reconciliation.reconcile()

    uncertain.refresh_from_db()
    assert uncertain.state == "uncertain"
    assert uncertain.lease_until > timezone.now()


def test_next_moment_is_when_the_uncertain_may_be_asked_for(uncertain):
    assert next_moment(uncertain.stream.sender_id) == uncertain.lease_until


async def send_one(sender: Sender, request: OutboundRequest) -> None:
    async with sender.gateway() as gateway:
        await gateway.send(request)


def test_reconcile_finds_a_message_under_the_providers_own_spelling(uncertain, simulator):
    Delivery.objects.update(address="+541123456729")
    ours = OutboundRequest("+5491123456729", uncertain.stream.sender.address, body=TEXT)
    async_to_sync(send_one)(uncertain.stream.sender, ours)

    reconciliation.reconcile()

    recipient = Recipient.objects.get()
    assert recipient.message_sid is not None
    assert recipient.status in {"sent", "delivered", "read"}
