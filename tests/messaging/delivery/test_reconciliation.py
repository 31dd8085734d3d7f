from datetime import timedelta

import pytest
from asgiref.sync import async_to_sync
from django.utils import timezone

from campaigns.models import Recipient, StatusChange
from campaigns.states import RecipientStatus
from messaging.delivery import claims, reconciliation
from messaging.models import Message
from messaging.twilio.gateway import Gateway, OutboundRequest, ProviderMessage

SID = "SM" + "1" * 32
TEXT = "Hola cliente, tenemos ofertas. Responde INFO."


@pytest.fixture
def uncertain(active, fill) -> Recipient:
    fill(1)
    claims.claim(active.pk, 1, now=timezone.now())
    claims.expire(timezone.now() + timedelta(hours=1))
    Recipient.objects.update(uncertain_at=timezone.now() - timedelta(minutes=5))
    return Recipient.objects.select_related("campaign__sender").get()


def listed(recipient, **changes) -> ProviderMessage:
    given = {
        "sid": SID,
        "channel": "whatsapp",
        "to": recipient.phone,
        "from_": recipient.campaign.sender.address,
        "body": TEXT,
        "status": "sent",
        "error_code": None,
        "date_created": timezone.now(),
        "date_sent": None,
        "direction": "outbound-api",
    }
    return ProviderMessage(**(given | changes))


def test_resolve_takes_the_sid_the_provider_has(uncertain):
    reconciliation.resolve(uncertain, [listed(uncertain)])

    uncertain.refresh_from_db()
    assert (uncertain.status, uncertain.message_sid) == ("sent", SID)
    assert StatusChange.objects.last().source == "polling"


def test_resolve_follows_the_status_the_provider_has(uncertain):
    reconciliation.resolve(uncertain, [listed(uncertain, status="delivered")])

    uncertain.refresh_from_db()
    assert (uncertain.status, Message.objects.get().status) == ("delivered", "delivered")


def test_resolve_returns_what_the_provider_does_not_know_to_pending(uncertain):
    reconciliation.resolve(uncertain, [])

    uncertain.refresh_from_db()
    assert (uncertain.status, uncertain.uncertain_at) == ("pending", None)


def test_resolve_never_takes_a_message_of_another_request(uncertain):
    Message.objects.create(
        message_sid=SID, direction="outbound", status="sent", created_at=timezone.now()
    )

    reconciliation.resolve(uncertain, [listed(uncertain)])

    uncertain.refresh_from_db()
    assert uncertain.status == "pending"


def rival_of(recipient, **changes) -> Recipient:
    """Another request to the same address that is in doubt as well."""
    other = recipient.campaign.copy()
    given = {"body": "Su hora en el taller es mañana a las 10:00.", "status": "uncertain"}
    return Recipient.objects.create(
        campaign=other,
        contact=recipient.contact,
        phone=recipient.phone,
        claimed_at=recipient.claimed_at,
        uncertain_at=recipient.uncertain_at,
        **(given | changes),
    )


def test_resolve_takes_a_text_that_the_provider_spaced_differently(uncertain):
    rival_of(uncertain)

    reconciliation.resolve(uncertain, [listed(uncertain, body=TEXT.replace(". ", ".  "))])

    uncertain.refresh_from_db()
    assert (uncertain.status, uncertain.message_sid) == ("sent", SID)


def test_resolve_leaves_a_message_to_the_request_whose_text_is_more_like_it(uncertain):
    rival = rival_of(uncertain)

    reconciliation.resolve(uncertain, [listed(uncertain, body=rival.body.replace(" ", "  "))])

    uncertain.refresh_from_db()
    assert uncertain.status == "pending"


def test_two_requests_in_doubt_never_take_the_same_message(uncertain):
    rival = rival_of(uncertain, body=TEXT)

    for one in (uncertain, rival):
        reconciliation.resolve(one, [listed(uncertain, body=TEXT + " ")])

    assert sorted(Recipient.objects.values_list("status", flat=True)) == ["pending", "sent"]


@pytest.mark.parametrize(
    "other",
    [
        {"direction": "inbound"},
        {"direction": "outbound-reply", "body": "Listo. No volveremos a contactarte."},
        {"from_": "+56299999999"},
    ],
)
def test_resolve_ignores_messages_that_are_not_ours(uncertain, other):
    reconciliation.resolve(uncertain, [listed(uncertain, **other)])

    uncertain.refresh_from_db()
    assert uncertain.status == "pending"


def test_resolve_leaves_what_a_callback_settled_meanwhile(uncertain):
    Recipient.objects.update(status=RecipientStatus.FAILED)

    reconciliation.resolve(uncertain, [])

    assert Recipient.objects.get().status == "failed"


def test_reconcile_asks_the_provider(uncertain, simulator):
    asked = reconciliation.reconcile()

    assert (asked, Recipient.objects.get().status) == (1, "pending")


def test_reconcile_asks_again_later_when_the_provider_is_away(uncertain, settings):
    settings.TWILIO_API_BASE_URL = "http://127.0.0.1:9"

    reconciliation.reconcile()

    uncertain.refresh_from_db()
    assert uncertain.status == "uncertain"
    assert uncertain.not_before > timezone.now()


def test_next_moment_is_when_the_uncertain_may_be_asked_for(uncertain, settings):
    settings.RECONCILE_AFTER_SECONDS = 120

    moment = reconciliation.next_moment(uncertain.campaign_id)

    assert moment == uncertain.uncertain_at + timedelta(seconds=120)


def test_next_moment_is_none_for_a_stopped_campaign(uncertain):
    uncertain.campaign.status = "paused"
    uncertain.campaign.save()

    assert reconciliation.next_moment(uncertain.campaign_id) is None


async def send_one(request: OutboundRequest) -> None:
    async with Gateway() as gateway:
        await gateway.send(request)


def test_reconcile_finds_a_message_under_the_providers_own_spelling(uncertain, simulator):
    Recipient.objects.update(phone="+541123456729")
    ours = OutboundRequest("+5491123456729", uncertain.campaign.sender.address, body=TEXT)
    async_to_sync(send_one)(ours)

    reconciliation.reconcile()

    recipient = Recipient.objects.get()
    assert recipient.message_sid is not None
    assert recipient.status in {"sent", "delivered", "read"}
