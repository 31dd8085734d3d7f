"""Moments as people say them."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone, translation

from waproject.core.text.moments import said, said_in_full

CHILE = ZoneInfo("America/Santiago")
NOW = datetime(2026, 11, 27, 11, 0, tzinfo=CHILE)


@pytest.fixture(autouse=True)
def friday():
    with time_machine.travel(NOW, tick=False), timezone.override(CHILE), translation.override("es"):
        yield


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (datetime(2026, 11, 27, 9, 5, tzinfo=CHILE), "09:05"),
        (datetime(2026, 11, 26, 15, 40, tzinfo=CHILE), "jue 26 nov 15:40"),
        (datetime(2026, 11, 30, 10, 0, tzinfo=CHILE), "lun 30 nov 10:00"),
        (datetime(2026, 11, 19, 18, 0, tzinfo=CHILE), "19 nov 18:00"),
        (datetime(2025, 3, 12, 8, 0, tzinfo=CHILE), "12-03-2025 08:00"),
    ],
)
def test_said(moment, words):
    assert said(moment) == words


def test_said_without_the_time():
    assert said(datetime(2026, 11, 19, 18, 0, tzinfo=CHILE), with_clock=False) == "19 nov"
    assert said(NOW, with_clock=False) == "hoy"


def test_midnight_is_that_of_the_time_zone():
    late = datetime(2026, 11, 27, 2, 0, tzinfo=ZoneInfo("UTC"))

    assert said(late) == "jue 26 nov 23:00"


def test_in_full_has_day_and_time_for_who_points_at_it():
    moment = datetime(2026, 11, 27, 9, 5, tzinfo=CHILE)

    assert said_in_full(moment) == (
        '<time datetime="2026-11-27T09:05:00-03:00" title="27-11-2026 09:05">09:05</time>'
    )
