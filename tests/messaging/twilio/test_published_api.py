"""Each request of ours, and what the simulator answers, against what Twilio publishes."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from contacts.states import Channel
from messaging.providers.base import OutboundRequest
from messaging.twilio import gateway as module
from tests.simulation import gateway
from tests.twilio_api import OPERATIONS, Exchange, breaches

OURS, THEIRS = "+56220000000", "+56975400946"
UNKNOWN = "SM" + "9" * 32


@pytest.fixture
def asked(simulator, exchanges, monkeypatch) -> list[Exchange]:
    """What is exchanged when all that is not about templates is asked once."""
    monkeypatch.setattr(module, "LIST_LIMIT", 2)
    asyncio.run(_ask_all())
    return exchanges


async def _ask_all() -> None:
    now = datetime.now(UTC)
    since, until = now - timedelta(hours=1), now + timedelta(minutes=1)
    async with gateway() as opened:
        for number in range(3):
            request = OutboundRequest(to=THEIRS, sender_address=OURS, body=f"Hola {number}")
            sent = await opened.send(request)
        await opened.fetch(sent.sid)
        await opened.fetch(UNKNOWN)
        await opened.account_state()
        await opened.list_senders()
        await opened.list_messages(THEIRS, since)
        await opened.list_received(Channel.WHATSAPP.value, OURS, since, until, 10)
        async for _page in opened.list_sent(since, until):
            assert _page is not None


def test_requests_and_answers_are_as_twilio_publishes_them(asked):
    assert [breach for one in asked for breach in breaches(one)] == []


def test_each_kind_of_request_was_made(asked):
    made = {(one.method, one.url.partition("?")[0].rpartition("/")[2]) for one in asked}

    assert {name for _method, name in made} >= {
        *("Messages.json", "IncomingPhoneNumbers.json", "Senders", "Services"),
    }
    assert len(asked) >= 11
    assert len(OPERATIONS) == 14


@pytest.mark.parametrize(
    ("url", "query"),
    [
        ("https://messaging.twilio.com/v2/Channels/Senders", {}),
        ("https://messaging.twilio.com/v1/Services", {"PageSize": 1001}),
        ("https://api.twilio.com/v1/Services", {}),
    ],
)
def test_what_twilio_does_not_know_is_a_breach(url, query):
    assert breaches(Exchange("GET", url, query, None, 200, "{}"))
