import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from campaigns.reports.daily_activity import daily_activity
from campaigns.summaries import days
from campaigns.summaries.days import count_days, daily_counts
from campaigns.summaries.integrity import integrity_problems
from campaigns.summaries.models import DaySummary, Mark
from messaging.models import Message
from tests.campaigns.summaries.clock import count_at
from tests.factories.messages import message
from tests.factories.people import person

pytestmark = pytest.mark.django_db

TODAY = datetime(2026, 4, 8, 12, tzinfo=UTC)  # Santiago's clocks went back on the 4th
NIGHT = datetime(2026, 4, 8, 4, 10, tzinfo=UTC)
DAY = timedelta(days=1)


def by_rows() -> list[tuple[date, str, int]]:
    counts = (
        (row.date, direction, count)
        for row in daily_activity()
        for direction, count in (("inbound", row.received), ("outbound", row.sent))
    )
    return sorted(one for one in counts if one[2])


def by_log() -> list[tuple[date, str, int]]:
    first = timezone.localdate() - timedelta(days=30)
    logged = Counter(
        (timezone.localdate(one.created_at), one.direction) for one in Message.objects.all()
    )
    return sorted((*day, count) for day, count in logged.items() if day[0] >= first)


@pytest.mark.parametrize("seed", range(5))
@time_machine.travel(TODAY, tick=False)
def test_rows_and_log_give_the_same_numbers_in_any_history(seed, monkeypatch):
    """Messages of any day come in any order, and are counted in between, in steps."""
    monkeypatch.setattr(days, "STEP", 7)
    dice, ana = random.Random(seed), person()
    for night in range(4):
        for _time in range(dice.randrange(30)):
            at = TODAY - timedelta(minutes=dice.randrange(40 * 24 * 60))
            message(ana, at, dice.choice(["inbound", "outbound"]))
        assert by_rows() == by_log()
        count_at(NIGHT + night * DAY)
        assert by_rows() == by_log()
    assert DaySummary.objects.exists()
    assert list(integrity_problems()) == []


@time_machine.travel(TODAY, tick=False)
def test_past_days_are_read_from_rows_and_not_from_the_log():
    for back in range(10):
        message(person(), TODAY - back * DAY)
    count_at(NIGHT)
    Message.objects.filter(created_at__lt=NIGHT).delete()

    assert len(by_rows()) == 10


@time_machine.travel(TODAY, tick=False)
def test_what_became_of_messages_is_counted_again_for_weeks():
    sent = [message(person(), TODAY - back * DAY, "outbound") for back in (3, 60)]
    count_at(NIGHT)
    Message.objects.filter(pk__in=[one.pk for one in sent]).advance("read", at=TODAY)
    count_at(NIGHT + DAY)

    found = daily_counts(date(2026, 1, 1)).values()

    assert sorted((count.delivered, count.read) for count in found) == [(0, 0), (1, 1)]
    assert list(integrity_problems()) == []


@time_machine.travel(TODAY, tick=False)
def test_prices_are_summed_by_currency():
    for price, unit in (("0.05", "USD"), ("0.02", "USD"), ("30", "CLP")):
        message(person(), TODAY - DAY, "outbound", price=price, price_unit=unit)
    count_at(NIGHT)

    [count] = daily_counts(date(2026, 4, 1)).values()

    assert {unit: float(price) for unit, price in count.prices.items()} == {"USD": 0.07, "CLP": 30}


@time_machine.travel(TODAY, tick=False)
def test_days_of_another_zone_are_counted_anew():
    message(person(), datetime(2026, 4, 7, 2, tzinfo=UTC))
    count_at(NIGHT)

    with timezone.override(ZoneInfo("UTC")):
        before = by_rows()
        count_at(NIGHT)
        after = by_rows()

    assert before == after == [(date(2026, 4, 7), "inbound", 1)]


@time_machine.travel(TODAY, tick=False)
def test_a_day_is_counted_once():
    count_at(NIGHT)

    assert count_days() == "not due"


@time_machine.travel(TODAY, tick=False)
def test_today_is_read_from_the_log():
    message(person(), TODAY - DAY)
    today = message(person(), TODAY - timedelta(hours=1), "outbound")
    count_at(TODAY)
    Message.objects.filter(pk=today.pk).advance("read", at=TODAY)

    assert daily_counts(TODAY.date())[TODAY.date(), "outbound"].read == 1
    assert by_rows() == by_log()


def test_a_row_that_is_seen_just_now_is_not_counted_yet():
    """One with a lower id may still be in the hands of another transaction."""
    message(person(), timezone.now() - 2 * DAY)

    count_days()

    assert Mark.objects.get().upto == 0


@time_machine.travel(TODAY, tick=False)
def test_integrity_names_a_day_with_a_wrong_count():
    message(person(), TODAY - 5 * DAY)
    count_at(NIGHT)
    DaySummary.objects.update(messages=2)

    assert list(integrity_problems()) == [
        "Days whose summary differs from the log of messages: 2026-04-03."
    ]
