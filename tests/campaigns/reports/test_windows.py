from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import time_machine

from campaigns.reports.windows import days_back

# 22:30 of the 19th in Santiago.
MOMENT = datetime(2026, 3, 20, 1, 30, tzinfo=UTC)


@time_machine.travel(MOMENT, tick=False)
def test_window_begins_at_the_utc_midnight_of_its_first_day():
    assert days_back(7) == datetime(2026, 3, 13, tzinfo=UTC)


@time_machine.travel(MOMENT, tick=False)
def test_window_of_a_zone_begins_at_its_own_midnight():
    santiago = ZoneInfo("America/Santiago")

    assert days_back(0, zone=santiago) == datetime(2026, 3, 19, tzinfo=santiago)
