"""How messages leave over time: the same reckoning as that of the preflight's estimate."""

from collections import Counter
from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine

from campaigns.launch.estimate import timing
from campaigns.models import Campaign

# 9 in the morning in Santiago.
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
SANTIAGO = "America/Santiago"


@pytest.fixture(autouse=True)
def frozen():
    with time_machine.travel(NOW, tick=False):
        yield


def leaving(campaign: Campaign, people: int, first: int = 0) -> tuple[str, list[int]]:
    course = timing(campaign, Counter({SANTIAGO: people}), NOW, first).course
    assert course
    kind, found = course.departures()
    return kind, [one.people for one in found]


@pytest.mark.django_db
def test_as_many_leave_each_hour_as_the_pace_allows(campaign):
    campaign.per_hour = 600

    assert leaving(campaign, 1_846) == ("hour", [600, 600, 600, 46])


@pytest.mark.django_db
def test_nothing_leaves_while_the_hours_are_closed(campaign):
    campaign.per_hour = 600
    campaign.hours_start, campaign.hours_end = time(10), time(12)

    kind, people = leaving(campaign, 1_500)

    assert kind == "day"
    assert people == [1_200, 300]


@pytest.mark.django_db
def test_what_takes_seconds_is_one_stretch(campaign):
    assert leaving(campaign, 200) == ("minute", [200])


@pytest.mark.django_db
def test_the_end_of_the_campaign_cuts_the_rest_off(campaign):
    campaign.per_hour = 600
    campaign.ends_at = NOW + timedelta(hours=2)

    ahead = timing(campaign, Counter({SANTIAGO: 1_846}), NOW)
    _kind, found = ahead.course.departures()

    assert [one.people for one in found] == [600, 600, 0]
    assert (ahead.course.last_reached, ahead.cut_off) == (1_200, 646)


@pytest.mark.django_db
def test_the_daily_limit_holds_back_those_who_are_written_to_first(campaign):
    campaign.sender.daily_limit = 100
    campaign.sender.save()

    kind, people = leaving(campaign, 250, first=220)

    assert kind == "day"
    assert sum(people) == 250
    assert people[0] == 130


@pytest.mark.django_db
def test_a_campaign_that_never_ends_is_drawn_in_part(campaign):
    campaign.sender.daily_limit = 0
    campaign.sender.save()

    kind, people = leaving(campaign, 50, first=50)

    assert (kind, len(people), sum(people)) == ("day", 25, 0)
