from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.delivery.hours import EVERY_DAY, Hours

MADRID = [ZoneInfo("Europe/Madrid")]
SANTIAGO = [ZoneInfo("America/Santiago")]
OFFICE = Hours(time(9), time(21))
NIGHT = Hours(time(20), time(2))
WEEKEND = 0b110_0000

ZONES = st.sampled_from(
    [
        "America/Santiago",  # midnight of the change does not exist
        "Europe/Madrid",
        "Asia/Kathmandu",
        "Australia/Lord_Howe",  # half an hour
        "Africa/Casablanca",
        "America/Havana",  # midnight of the change back comes twice
        "Pacific/Chatham",
        "UTC",
    ]
).map(ZoneInfo)
CLOCKS = st.times().map(lambda clock: clock.replace(microsecond=0, fold=0))
HOURS = st.builds(Hours, CLOCKS, CLOCKS, st.integers(1, EVERY_DAY))
MOMENTS = st.integers(0, 4 * 366 * 86_400).map(
    lambda seconds: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
# The quarters of an hour before and after a moment of change somewhere.
CHANGES = st.builds(
    lambda change, minutes: change + timedelta(minutes=minutes),
    st.sampled_from(
        [
            datetime(2026, 4, 5, 3, tzinfo=UTC),  # Santiago, back
            datetime(2026, 9, 6, 4, tzinfo=UTC),  # Santiago, forward
            datetime(2026, 3, 29, 1, tzinfo=UTC),  # Madrid, forward
            datetime(2026, 10, 25, 1, tzinfo=UTC),  # Madrid, back
            datetime(2026, 11, 1, 5, tzinfo=UTC),  # Havana, back
        ]
    ),
    st.integers(-36 * 60, 36 * 60),
)


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


def on_the_wall(zone, *parts):
    return datetime(*parts, tzinfo=zone[0])


@pytest.mark.parametrize(
    ("clock", "expected"),
    [((8, 59, 59), False), ((9,), True), ((20, 59, 59), True), ((21,), False)],
)
def test_is_open_from_the_start_until_before_the_end(clock, expected):
    assert OFFICE.is_open(on_the_wall(SANTIAGO, 2026, 11, 20, *clock), SANTIAGO) is expected


@pytest.mark.parametrize(
    ("day", "clock", "expected"),
    [(21, 19, False), (21, 20, True), (22, 1, True), (23, 1, True), (23, 20, False)],
)
def test_is_open_past_midnight_on_the_day_it_began(day, clock, expected):
    hours = Hours(time(20), time(2), days=WEEKEND)

    assert hours.is_open(on_the_wall(SANTIAGO, 2026, 11, day, clock), SANTIAGO) is expected


def test_is_open_in_every_zone_or_not_at_all():
    both = [*MADRID, ZoneInfo("Atlantic/Canary")]

    assert OFFICE.is_open(on_the_wall(MADRID, 2026, 11, 20, 9, 30), MADRID)
    assert not OFFICE.is_open(on_the_wall(MADRID, 2026, 11, 20, 9, 30), both)


def test_next_opening_is_now_when_open():
    now = on_the_wall(MADRID, 2026, 11, 20, 12)

    assert OFFICE.next_opening(now, MADRID) == now


def test_next_opening_waits_for_the_weekday():
    friday = on_the_wall(SANTIAGO, 2026, 11, 20, 12)

    opening = Hours(time(9), time(21), days=0b000_0001).next_opening(friday, SANTIAGO)

    assert opening == on_the_wall(SANTIAGO, 2026, 11, 23, 9)


def test_next_opening_that_the_change_of_clocks_leaves_out_is_the_change():
    opening = Hours(time(2, 30), time(4)).next_opening(utc(2026, 3, 29, 0), MADRID)

    assert opening == utc(2026, 3, 29, 1)


def test_next_opening_at_a_midnight_that_does_not_exist_is_an_hour_later():
    saturday = on_the_wall(SANTIAGO, 2026, 9, 5, 12)

    opening = Hours(days=0b100_0000).next_opening(saturday, SANTIAGO)

    assert opening == utc(2026, 9, 6, 4)


def test_hours_that_the_change_back_repeats_open_twice():
    hours = Hours(time(2, 15), time(2, 45))

    opening = hours.next_opening(utc(2026, 10, 25, 0), MADRID)
    closing = hours.next_closing(opening, MADRID)
    again = hours.next_opening(closing, MADRID)

    assert (opening, closing) == (utc(2026, 10, 25, 0, 15), utc(2026, 10, 25, 0, 45))
    assert again == utc(2026, 10, 25, 1, 15)


def test_next_opening_is_none_when_zones_have_no_hour_in_common():
    zones = [ZoneInfo("Europe/Madrid"), ZoneInfo("Pacific/Honolulu")]

    assert Hours(time(9), time(12)).next_opening(utc(2026, 11, 20), zones) is None


def test_next_closing_passes_midnight():
    closing = NIGHT.next_closing(on_the_wall(SANTIAGO, 2026, 11, 20, 23), SANTIAGO)

    assert closing == on_the_wall(SANTIAGO, 2026, 11, 21, 2)


def test_next_closing_is_none_without_hours():
    assert Hours().next_closing(utc(2026, 11, 20), MADRID) is None


@pytest.mark.parametrize(
    ("hours", "expected"),
    [(1, utc(2026, 11, 20, 16)), (5, utc(2026, 11, 20, 20)), (6, utc(2026, 11, 21, 9))],
)
def test_open_for_passes_over_closed_hours(hours, expected):
    afternoon = utc(2026, 11, 20, 15)

    until = Hours(time(8), time(20)).open_for(timedelta(hours=hours), afternoon, [ZoneInfo("UTC")])

    assert until == expected


def test_open_for_is_none_when_it_never_opens():
    zones = [ZoneInfo("Europe/Madrid"), ZoneInfo("Pacific/Honolulu")]

    assert Hours(time(9), time(12)).open_for(timedelta(1), utc(2026, 11, 20), zones) is None


def test_open_time_counts_the_hours_between():
    start, end = utc(2026, 11, 20, 15), utc(2026, 11, 22, 9)

    time_open = Hours(time(8), time(20)).open_time(start, end, [ZoneInfo("UTC")])

    assert time_open == timedelta(hours=5 + 12 + 1)


def test_open_time_without_hours_is_all_of_it():
    start, end = utc(2026, 11, 20, 15), utc(2026, 11, 22, 9)

    assert Hours().open_time(start, end, MADRID) == end - start


@given(HOURS, MOMENTS | CHANGES, ZONES)
def test_next_opening_is_the_first_open_moment(hours, now, zone):
    opening = hours.next_opening(now, [zone])

    assert opening is None or hours.is_open(opening, [zone])
    end = min(opening or now + timedelta(days=2), now + timedelta(days=2))
    closed = (now + timedelta(minutes=7 * step) for step in range(300))
    assert not any(hours.is_open(moment, [zone]) for moment in closed if moment < end)


@given(HOURS, MOMENTS | CHANGES, ZONES)
def test_next_opening_of_one_zone_comes_within_a_fortnight(hours, now, zone):
    opening = hours.next_opening(now, [zone])

    # Hours of less than one leap of the clocks may be left out once.
    assert opening is not None
    assert opening - now <= timedelta(days=15)


@given(HOURS, MOMENTS | CHANGES, ZONES)
def test_next_closing_is_the_first_closed_moment(hours, now, zone):
    closing = hours.next_closing(now, [zone])

    assert closing is None or not hours.is_open(closing, [zone])
    if hours.is_open(now, [zone]):
        end = min(closing or now + timedelta(days=2), now + timedelta(days=2))
        open_moments = (now + timedelta(minutes=7 * step) for step in range(300))
        assert all(hours.is_open(moment, [zone]) for moment in open_moments if moment < end)


@given(HOURS, MOMENTS | CHANGES, ZONES)
def test_next_opening_is_the_very_moment_the_hours_begin(hours, now, zone):
    opening = hours.next_opening(now, [zone])

    if opening not in (None, now):
        assert not hours.is_open(opening - timedelta(microseconds=1), [zone])
