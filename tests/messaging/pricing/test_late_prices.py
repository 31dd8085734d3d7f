from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db.models import F
from django.utils import timezone

from messaging.models import Account, Message
from messaging.pricing import late_prices
from messaging.pricing.late_prices import fetch_prices
from messaging.pricing.models import PriceRound
from messaging.providers.base import MessageOrigin, ProviderMessage, ProviderUnavailable
from messaging.states import AccountStatus, MessageStatus
from messaging.twilio import gateway
from tests.sending import run

HOUR = timedelta(hours=1)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(timezone.now()) as coordinates:
        yield coordinates


def later(clock: time_machine.Traveller, time: timedelta) -> None:
    clock.move_to(timezone.now() + time + timedelta(seconds=30))


@pytest.fixture
def sent(active, fill, simulator) -> Message:
    """A message that left, and whose callbacks said nothing of a price."""
    fill(1)
    run(active, seconds=5)
    simulator.settle()
    return Message.objects.get(direction="outbound")


def test_price_comes_an_hour_after_the_message_left(sent, clock):
    later(clock, HOUR)

    assert fetch_prices() == 1

    sent.refresh_from_db()
    assert (str(sent.price), sent.price_unit) == ("0.00500", "USD")


def test_price_is_not_asked_for_before(sent):
    assert fetch_prices() == 0

    sent.refresh_from_db()
    assert sent.price is None


def test_what_has_its_price_is_not_asked_about_again(sent, clock, monkeypatch):
    later(clock, HOUR)
    fetch_prices()
    monkeypatch.setattr(Account, "gateway", None)  # to ask would fail

    later(clock, 80 * HOUR)

    assert fetch_prices() == 0


def test_next_round_asks_about_what_was_not_billed_yet(sent, clock, simulator):
    [message] = simulator._simulator.store.newest_first(None, lambda one: True)
    message.sent_at, left_at = None, message.sent_at
    later(clock, HOUR)
    assert fetch_prices() == 0

    message.sent_at = left_at
    later(clock, 24 * HOUR)

    assert fetch_prices() == 1


def test_a_provider_that_is_away_is_asked_again(sent, clock, settings):
    there, settings.TWILIO_API_BASE_URL = settings.TWILIO_API_BASE_URL, "http://127.0.0.1:9"
    later(clock, HOUR)
    assert fetch_prices() == 0

    settings.TWILIO_API_BASE_URL = there

    assert fetch_prices() == 1


def test_account_that_is_switched_off_is_not_asked(sent, clock):
    Account.objects.update(status=AccountStatus.DISCONNECTED)
    later(clock, 2 * HOUR)

    assert (fetch_prices(), PriceRound.objects.count()) == (0, 0)


def test_round_goes_on_where_it_stopped(sent, clock):
    Message.objects.update(created_at=F("created_at") - 5 * 24 * HOUR)
    later(clock, HOUR)

    fetch_prices()

    upto = PriceRound.objects.get(number=0).upto
    assert timezone.now() - upto - HOUR < timedelta(seconds=5)


@pytest.fixture
def several(active, fill, simulator, clock) -> list[Message]:
    """Four messages that left a minute apart, and are an hour old; the oldest first."""
    fill(4)
    run(active, seconds=5)
    simulator.settle()
    made = list(Message.objects.filter(direction="outbound").order_by("pk"))
    by_sid = {one.message_sid: one.pk for one in made}
    there = simulator._simulator.store.newest_first(None, lambda one: one.sid in by_sid)
    for minutes, one in enumerate(there):
        one.sent_at -= 60 * minutes
        moment = F("created_at") - timedelta(minutes=minutes)
        Message.objects.filter(pk=by_sid[one.sid]).update(created_at=moment)
    later(clock, HOUR)
    return made


class Steps:
    """A clock that goes on by a second each time that it is read."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 1
        return self.now


def test_list_that_takes_longer_than_a_run_is_gone_on_with(several, monkeypatch):
    monkeypatch.setattr(gateway, "LIST_LIMIT", 1)
    monkeypatch.setattr(late_prices, "monotonic", Steps())

    counts = []
    while not counts or PriceRound.objects.filter(stretch_end__isnull=False).exists():
        counts.append(fetch_prices(6))

    assert (len(counts) > 1, sum(counts)) == (True, 4)
    assert not Message.objects.outbound().filter(price=None).exists()


def test_provider_that_breaks_off_a_list_is_asked_for_the_rest(several, simulator, monkeypatch):
    monkeypatch.setattr(gateway, "LIST_LIMIT", 1)
    pages = gateway.TwilioGateway.list_sent

    async def breaks_off(self, since, until):
        number = 0
        async for page in pages(self, since, until):
            if number == 2:
                raise ProviderUnavailable("away")
            number += 1
            yield page

    monkeypatch.setattr(gateway.TwilioGateway, "list_sent", breaks_off)

    assert fetch_prices() == 4


ODD = [
    {"price": Decimal("NaN")},
    {"price": Decimal("1e9")},
    {"price_unit": "DOLLARS"},
    {"sid": "SM\x00"},
]


@pytest.mark.parametrize("odd", ODD)
def test_price_that_cannot_be_stored_does_not_stop_the_others(sent, odd):
    good = ProviderMessage(
        sid=sent.message_sid,
        channel="whatsapp",
        to=sent.phone,
        from_="",
        body="",
        status=MessageStatus.SENT,
        error_code=None,
        date_created=timezone.now(),
        date_sent=timezone.now(),
        origin=MessageOrigin.REQUEST,
        price=Decimal("0.005"),
        price_unit="USD",
    )

    assert late_prices._note([replace(good, **odd), good]) == 1
