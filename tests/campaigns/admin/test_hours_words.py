from datetime import time

import pytest
from django.utils import translation

from campaigns.admin.hours_words import hours_in_words
from messaging.delivery.hours import EVERY_DAY, Hours


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (Hours(), "at any hour"),
        (Hours(time(9), time(21)), "every day, from 09:00 to 21:00"),
        (Hours(days=0b110_0000), "Saturday, Sunday"),
        (Hours(time(20), time(2), 0b001_0001), "Monday, Friday, from 20:00 to 02:00"),
        (Hours(time(0), time(0), EVERY_DAY), "at any hour"),
    ],
)
def test_hours_in_words_name_days_and_times(hours, words):
    with translation.override("en"):
        assert hours_in_words(hours) == words
