"""Dates and numbers in the Spanish of Chile."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format, number_format

MOMENT = dt.datetime(2026, 12, 31, 18, 30, tzinfo=ZoneInfo(settings.TIME_ZONE))


@pytest.fixture(autouse=True)
def spanish():
    with translation.override("es"):
        yield


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("DATETIME_FORMAT", "31-12-2026 18:30"),
        ("SHORT_DATE_FORMAT", "31-12-2026"),
        ("DATE_FORMAT", "31 de diciembre de 2026"),
    ],
)
def test_dates_are_written_day_first(name, text):
    assert date_format(MOMENT, name) == text


def test_thousands_are_parted_by_dots():
    assert number_format("8500000.50", force_grouping=True) == "8.500.000,50"


@pytest.mark.parametrize("text", ["31-12-2026", "31/12/2026", "31-12-26", "2026-12-31"])
def test_days_are_read_however_they_are_typed(text):
    assert forms.DateField().clean(text) == MOMENT.date()


@pytest.mark.parametrize("text", ["31-12-2026 18:30", "31/12/2026 18:30:00"])
def test_moments_are_read_however_they_are_typed(text):
    assert forms.DateTimeField().clean(text) == MOMENT


def test_form_shows_a_day_as_pages_do():
    assert 'value="31-12-2026"' in str(forms.DateField().widget.render("day", MOMENT.date()))
