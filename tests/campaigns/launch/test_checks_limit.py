"""What the preflight says of the sender's daily limit of people written to first."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse
from pytest_django.asserts import assertContains

from campaigns.launch.checks import preflight
from campaigns.models import Campaign
from contacts.models import Contact
from messaging.models import Conversation, Opening
from tests.factories.people import people

# 9 in the morning in Santiago.
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
ROOM = (
    "8 people are to be written to first, and the sender's daily limit of {limit} leaves room for"
    " {free} at the start."
)


@pytest.fixture(autouse=True)
def frozen():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def limited(campaign: Campaign) -> Campaign:
    """A campaign to eight people whose sender may write first to one a day."""
    people(8, name="Pepe")
    campaign.audience = {"name_contains": "e"}
    campaign.sender.daily_limit = 1
    campaign.sender.save()
    campaign.save()
    return campaign


def test_preflight_says_how_many_days_the_daily_limit_takes(limited):
    found = preflight(limited)

    sentence = ROOM.format(limit=1, free=1)
    assert found.warnings == [
        f"{sentence} Sending goes on until 11/27/2026 9 a.m., for about 8 days."
    ]
    assert (found.errors, found.duration, found.by_daily_limit) == ([], timedelta(days=8), True)


def test_preflight_says_when_there_is_room_for_the_rest(limited):
    limited.sender.daily_limit = 5

    found = preflight(limited)

    sentence = ROOM.format(limit=5, free=5)
    assert found.warnings == [f"{sentence} By 11/21/2026 9 a.m. there is room for the others."]
    assert found.duration == timedelta(days=1)


def test_preflight_says_nothing_of_a_limit_with_room_for_all(limited):
    limited.sender.daily_limit = 8

    found = preflight(limited)

    assert (found.warnings, found.by_daily_limit) == ([], False)


def test_preflight_leaves_people_who_cost_nothing_out_of_the_limit(limited):
    limited.sender.daily_limit = 6
    counted, wrote, *_others = Contact.objects.all()
    Opening.objects.create(sender=limited.sender, contact=counted, at=NOW - timedelta(hours=1))
    until = NOW + timedelta(hours=1)
    Conversation.objects.create(sender=limited.sender, contact=wrote, window_expires_at=until)

    assert preflight(limited).warnings == [
        "6 people are to be written to first, and the sender's daily limit of 6 leaves room for 5"
        " at the start. By 11/21/2026 8 a.m. there is room for the others."
    ]


def test_preflight_looks_at_the_room_at_the_start_that_was_set(limited):
    limited.sender.daily_limit = 8
    Opening.objects.create(
        sender=limited.sender, contact=Contact.objects.create(phone="+56970000099"), at=NOW
    )
    limited.scheduled_at = NOW + timedelta(hours=24)

    assert preflight(limited).warnings == []


def test_preflight_counts_whose_window_closes_before_the_start(limited):
    limited.sender.daily_limit = 7
    until = NOW + timedelta(hours=1)
    Conversation.objects.create(
        sender=limited.sender, contact=Contact.objects.first(), window_expires_at=until
    )

    later = preflight(limited, starts_at=until + timedelta(hours=1))

    assert (preflight(limited).by_daily_limit, later.by_daily_limit) == (False, True)


def test_preflight_says_that_all_wait_for_a_limit_of_zero(limited):
    limited.sender.daily_limit = 0

    sentence = ROOM.format(limit=0, free=0)
    assert preflight(limited).warnings == [f"{sentence} The others wait until the limit is raised."]


def test_preflight_counts_people_that_the_limit_does_not_reach_before_the_end(limited):
    limited.ends_at = NOW + timedelta(days=2, hours=1)

    found = preflight(limited)

    assert found.warnings == [
        "About 5 people cannot be reached before the end on 11/22/2026 10 a.m. and will be"
        " skipped.",
        f"{ROOM.format(limit=1, free=1)} Not all the others come before the end.",
    ]
    assert found.duration == timedelta(days=2, hours=1)


def test_preflight_says_nothing_of_a_limit_that_the_pace_does_not_reach(limited):
    limited.sender.rate = 1 / 180_000

    found = preflight(limited)

    assert (found.warnings, found.by_daily_limit) == (
        ["Sending will take about 400 hours."],
        False,
    )


def test_preflight_needs_no_more_queries_for_more_people(limited, django_assert_num_queries):
    with django_assert_num_queries(10):
        preflight(limited)
    people(20, phones="+5698{:07}", name="Pepe")

    with django_assert_num_queries(10):
        preflight(limited)


def test_page_tells_the_days_and_the_limit(limited, client, superuser):
    client.force_login(superuser)

    page = client.get(reverse("admin:campaigns_campaign_preflight", args=[limited.pk]))

    assertContains(page, "<dd>8 d</dd>")
    assertContains(page, "1 people a day")
