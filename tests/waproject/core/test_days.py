from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine

from waproject.core.days import days_back, start_of

# 22:30 of the 19th in Santiago.
MOMENT = datetime(2026, 3, 20, 1, 30, tzinfo=UTC)


@time_machine.travel(MOMENT, tick=False)
def test_window_begins_at_the_projects_midnight_of_its_first_day():
    assert days_back(7) == datetime(2026, 3, 12, 3, tzinfo=UTC)


@time_machine.travel(MOMENT, tick=False)
def test_window_of_a_zone_begins_at_its_own_midnight():
    assert days_back(0, zone=ZoneInfo("UTC")) == datetime(2026, 3, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        (date(2026, 4, 4), 25),  # Santiago: 24:00 becomes 23:00 again
        (date(2026, 4, 5), 24),
        (date(2026, 9, 5), 24),
        (date(2026, 9, 6), 23),  # Santiago: 00:00 becomes 01:00
    ],
)
def test_days_meet_where_the_clocks_change(day, hours):
    following = start_of(date.fromordinal(day.toordinal() + 1))

    assert (following - start_of(day)).total_seconds() == hours * 3_600


def test_day_that_has_no_midnight_begins_at_one_o_clock():
    begins = start_of(date(2026, 9, 6)).astimezone(ZoneInfo("America/Santiago"))

    assert (begins.date(), begins.hour) == (date(2026, 9, 6), 1)
