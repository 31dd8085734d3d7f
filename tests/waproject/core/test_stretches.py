from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from waproject.core.stretches import begin_of, kind_for, short_label, stretches

NOON = datetime(2026, 3, 2, 15, 7, 30, tzinfo=UTC)  # 12:07 in Santiago


@pytest.fixture(autouse=True)
def in_santiago():
    with timezone.override("America/Santiago"):
        yield


@pytest.mark.parametrize(
    ("span", "kind"),
    [
        (timedelta(), "minute"),
        (timedelta(minutes=59), "minute"),
        (timedelta(minutes=60), "hour"),
        (timedelta(hours=12), "day"),
        (timedelta(days=300), "day"),
    ],
)
def test_the_shortest_kind_that_is_enough_is_taken(span, kind):
    assert kind_for(span, 12) == kind


@pytest.mark.parametrize(
    ("kind", "clock"), [("minute", "12:05"), ("hour", "12:00"), ("day", "00:00")]
)
def test_a_stretch_begins_by_the_clock_of_the_business(kind, clock):
    assert begin_of(NOON, kind).strftime("%H:%M") == clock


def test_stretches_follow_each_other_up_to_the_last_moment():
    found = stretches(NOON, NOON + timedelta(hours=2), "hour")

    assert [short_label(at, "hour") for at in found] == ["12", "13", "14"]
