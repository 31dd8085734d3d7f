"""Twilio's numbers and messaging services: what can write, how it is, where it reports to.

WhatsApp senders: https://www.twilio.com/docs/whatsapp/api/senders. Numbers for SMS:
https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource. Messaging services:
https://www.twilio.com/docs/messaging/api/service-resource.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from twilio.rest import Client

from contacts.states import Channel
from messaging.providers.base import RemoteSender, RemoteSenders, RemoteService
from messaging.states import TIER_PEOPLE, Quality, Tier
from messaging.twilio.addresses import from_provider

# More of a kind than this nobody chooses from.
MOST = 500

_QUALITIES = {
    **dict.fromkeys(("HIGH", "GREEN"), Quality.GREEN),
    **dict.fromkeys(("MEDIUM", "YELLOW"), Quality.YELLOW),
    **dict.fromkeys(("LOW", "RED"), Quality.RED),
}
_NUMBER = re.compile(r"(\d+)\s*(K?)", re.IGNORECASE)


async def list_senders(client: Client) -> RemoteSenders:
    """All that the account can write from. Three lists; the library's exceptions pass through."""
    whatsapp = await client.messaging.v2.channels_senders.list_async(channel="whatsapp", limit=MOST)
    numbers = await client.incoming_phone_numbers.list_async(limit=MOST)
    services = await client.messaging.v1.services.list_async(limit=MOST)
    return RemoteSenders(
        [*map(_whatsapp_sender, whatsapp), *_sms_senders(numbers)],
        [_service(one) for one in services],
    )


def _whatsapp_sender(one: Any) -> RemoteSender:
    webhook, properties = _mapping(one.webhook), _mapping(one.properties)
    state = str(one.status or "")
    reasons = [_mapping(reason).get("message") or "" for reason in one.offline_reasons or []]
    return RemoteSender(
        external_id=one.sid or "",
        channel=Channel.WHATSAPP.value,
        address=from_provider(one.sender_id or "")[1],
        name=str(_mapping(one.profile).get("name") or one.friendly_name or ""),
        state=state,
        # ONLINE:UPDATING goes on sending while its profile is changed.
        is_online=state.startswith("ONLINE"),
        quality=quality_of(properties.get("quality_rating")),
        tier=tier_of(properties.get("messaging_limit")),
        waba_id=str(_mapping(one.configuration).get("waba_id") or ""),
        inbound_url=str(webhook.get("callback_url") or ""),
        status_url=str(webhook.get("status_callback_url") or ""),
        reasons=tuple(filter(None, map(str, reasons))),
    )


def _sms_senders(numbers: Iterable[Any]) -> Iterable[RemoteSender]:
    for one in numbers:
        if _mapping(one.capabilities).get("sms"):
            yield RemoteSender(
                external_id=one.sid or "",
                channel=Channel.SMS.value,
                address=one.phone_number or "",
                name=one.friendly_name or "",
                state=str(one.status or ""),
                inbound_url=one.sms_url or "",
                status_url=one.status_callback or "",
                sends_files=bool(_mapping(one.capabilities).get("mms")),
            )


def _service(one: Any) -> RemoteService:
    return RemoteService(
        external_id=one.sid or "",
        name=one.friendly_name or "",
        inbound_url=one.inbound_request_url or "",
        leaves_to_number=bool(one.use_inbound_webhook_on_number),
    )


def quality_of(word: object) -> Quality:
    """`HIGH`, or Meta's `GREEN`, as ours; unknown for another word or none."""
    return _QUALITIES.get(str(word or "").upper(), Quality.UNKNOWN)


def tier_of(text: object) -> Tier:
    """`1K Customers/24hr`, `TIER_10K` or `250` as the tier that allows as many; else unknown.

    A number between two of ours is the lower one: never more is sent than was said.
    """
    words = str(text or "")
    if "UNLIMITED" in words.upper():
        return Tier.UNLIMITED
    found = _NUMBER.search(words)
    if not found:
        return Tier.UNKNOWN
    people = int(found[1]) * (1_000 if found[2] else 1)
    fitting = [tier for tier, most in TIER_PEOPLE.items() if most <= people]
    return Tier(fitting[-1]) if fitting else Tier.UNKNOWN


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
