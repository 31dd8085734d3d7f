from datetime import datetime

import pytest
from django.utils import timezone

from campaigns.admin.builder.second_look import is_night, next_morning, offer_of_the_morning


def local(text: str) -> datetime:
    return timezone.make_aware(datetime.fromisoformat(text))


@pytest.mark.parametrize(
    ("clock", "asleep"),
    [("07:59", True), ("08:00", False), ("20:59", False), ("21:00", True), ("00:00", True)],
)
def test_night_is_from_nine_to_eight_by_the_clock_of_the_business(clock, asleep):
    assert is_night(local(f"2026-11-27 {clock}")) == asleep


@pytest.mark.parametrize(
    ("now", "morning"),
    [
        ("2026-11-27 01:04", "2026-11-27 10:00"),
        ("2026-11-27 10:00", "2026-11-28 10:00"),
        ("2026-12-31 23:00", "2027-01-01 10:00"),
    ],
)
def test_next_morning_is_the_next_ten_o_clock(now, morning):
    assert next_morning(local(now)) == local(morning)


@pytest.mark.parametrize(
    ("now", "offer"),
    [
        ("2026-11-27 01:04", "Send today at 10:00"),
        ("2026-11-27 22:30", "Send tomorrow at 10:00"),
    ],
)
def test_offer_names_the_day_of_the_morning(now, offer):
    assert offer_of_the_morning(local(now)) == offer
