from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine

from messaging.delivery.timing.send_windows import Calendar, seconds_left
from messaging.models import DeliveryStream

SANTIAGO = "America/Santiago"
SPAIN = "Atlantic/Canary Europe/Madrid"
# A Friday, 15:00 in Santiago and 19:00 in Madrid.
NOON = datetime(2026, 11, 20, 18, tzinfo=UTC)


def stream(**fields):
    return DeliveryStream(hours_start=time(9), hours_end=time(21), **fields)


def test_turn_is_now_within_the_hours():
    assert Calendar(stream(), NOON).turn(SANTIAGO) == NOON


def test_turn_is_the_next_opening_outside_them():
    evening = NOON + timedelta(hours=7)

    assert Calendar(stream(), evening).turn(SANTIAGO) == datetime(2026, 11, 21, 12, tzinfo=UTC)


def test_turn_waits_until_every_clock_of_the_number_agrees():
    morning = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)  # 09:30 in Madrid, 08:30 in the Canaries

    assert Calendar(stream(), morning).turn(SPAIN) == datetime(2026, 11, 20, 9, tzinfo=UTC)


def test_turn_is_tomorrow_when_the_hours_are_about_to_end():
    last_moment = datetime(2026, 11, 20, 23, 59, 59, 500_000, tzinfo=UTC)

    turn = Calendar(stream(), last_moment).turn(SANTIAGO)

    assert turn == datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.mark.parametrize(("hours", "expected"), [(13, None), (22, True)])
def test_turn_is_none_when_the_stream_ends_before_it(hours, expected):
    evening = NOON + timedelta(hours=7)
    ending = stream(ends_at=evening + timedelta(hours=hours - 2))

    turn = Calendar(ending, evening).turn(SANTIAGO)

    assert turn == (expected and datetime(2026, 11, 21, 12, tzinfo=UTC))


def test_turn_is_none_after_the_end():
    assert Calendar(DeliveryStream(ends_at=NOON), NOON).turn("") is None


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, None),
        ({"ends_at": NOON + timedelta(minutes=10)}, 600),
        ({"ends_at": NOON + timedelta(days=2)}, 36_000),
        ({"ends_at": NOON + timedelta(milliseconds=300)}, 1),
        ({"hours_start": time(9), "hours_end": time(16)}, 3_600),
        ({"hours_start": time(20), "hours_end": time(16)}, 3_600),
        (
            {
                "hours_start": time(9),
                "hours_end": time(16),
                "ends_at": NOON + timedelta(minutes=10),
            },
            600,
        ),
    ],
)
@time_machine.travel(NOON, tick=False)
def test_seconds_left_end_with_the_hours_or_the_stream(fields, expected):
    assert seconds_left(DeliveryStream(**fields), SANTIAGO) == expected


@time_machine.travel(NOON, tick=False)
def test_seconds_left_go_by_the_clock_of_the_person():
    until_nine = stream()

    left = [seconds_left(until_nine, zone) for zone in (SANTIAGO, SPAIN)]

    assert left == [6 * 3_600, 2 * 3_600]
