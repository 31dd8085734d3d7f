"""The page of the daily activity, where no summaries stand for a long log."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from campaigns.reports import daily_activity
from tests.campaigns.summaries.clock import count_at
from tests.factories.messages import message
from tests.factories.people import person

pytestmark = pytest.mark.django_db

PAGE = reverse("admin:report", args=["daily_activity"])
NOW = datetime(2026, 3, 20, 15, tzinfo=UTC)


@pytest.fixture(autouse=True)
def log(monkeypatch):
    """Three days with two messages each, of which a page reads three."""
    monkeypatch.setattr(daily_activity, "MOST_READ", 3)
    with time_machine.travel(NOW, tick=False):
        for days in (0, 1, 2):
            for _time in range(2):
                message(person(), NOW - timedelta(days=days))
        yield


def shown(browser, **query) -> list[str]:
    """The days and the numbers of received messages on the page."""
    rows = browser.get(PAGE, query).context["table"]
    return [f"{cells[0].text} {cells[-1].text}" for cells, _people in rows]


@pytest.mark.parametrize("query", [{}, {"zone": "UTC"}])
def test_the_page_shows_the_days_that_are_counted_soon_and_says_so(boss, query, monkeypatch):
    few = boss.get(PAGE, query)
    monkeypatch.setattr(daily_activity, "MOST_READ", 4)
    more = shown(boss, **query)

    assertContains(few, "The days since March 20, 2026")
    assert [cells[-1].text for cells, _people in few.context["table"]] == ["2"]
    assert len(more) == 2


def test_the_files_have_all_days(boss):
    assert len(boss.get(PAGE, {"format": "json"}).json()) == 3


def test_the_page_shows_all_days_once_they_are_counted(boss):
    count_at(NOW)

    page = boss.get(PAGE)

    assertNotContains(page, "The days since")
    assert len(page.context["table"]) == 3


def test_a_log_that_is_short_is_shown_whole(boss, monkeypatch):
    monkeypatch.setattr(daily_activity, "MOST_READ", 6)

    page = boss.get(PAGE, {"zone": "UTC"})

    assertNotContains(page, "The days since")
    assert len(page.context["table"]) == 3
