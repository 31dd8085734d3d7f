"""What the preflight says of time: how long sending takes, sending hours, the end."""

from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine

from campaigns.launch.checks import preflight
from campaigns.models import Campaign
from contacts.models import Contact

# A Friday, 22:00 in Santiago and 02:00 of Saturday in Madrid.
NIGHT = datetime(2026, 11, 21, 1, tzinfo=UTC)


@pytest.fixture
def campaign(campaign: Campaign) -> Campaign:
    """A campaign to people with “e” in their name, so that it does not address everyone."""
    campaign.audience = {"name_contains": "e"}
    campaign.save()
    return campaign


@pytest.fixture
def by_day(campaign: Campaign, contact: Contact) -> Campaign:
    """A campaign for the day, to a person in Santiago, looked at by night."""
    campaign.hours_start, campaign.hours_end = time(9), time(21)
    return campaign


@time_machine.travel(NIGHT, tick=False)
def test_preflight_says_when_sending_starts_outside_the_hours(by_day):
    assert preflight(by_day).warnings == [
        "The sending hours begin on 11/21/2026 9 a.m., so nothing leaves before that."
    ]


@time_machine.travel(NIGHT, tick=False)
def test_preflight_counts_people_who_are_written_to_later(by_day):
    Contact.objects.create(phone="+56975400947", name="Pedro", time_zone="Asia/Kathmandu")
    by_day.hours_start = time(6)

    assert preflight(by_day).warnings == [
        "1 person is outside the sending hours and will be written to later."
    ]


@time_machine.travel(NIGHT, tick=False)
def test_preflight_looks_at_the_start_that_was_set(by_day):
    by_day.scheduled_at = NIGHT + timedelta(hours=12)

    assert preflight(by_day).warnings == []


@time_machine.travel(NIGHT, tick=False)
@pytest.mark.parametrize(
    ("hours", "errors"),
    [
        (0, ["The end on 11/20/2026 10 p.m. comes before the start. Choose a later end."]),
        (
            11,
            [
                "No sending hour comes before the end on 11/21/2026 9 a.m.: widen the hours or"
                " choose a later end."
            ],
        ),
        (12, []),
    ],
)
def test_preflight_refuses_an_end_before_every_sending_hour(by_day, hours, errors):
    by_day.ends_at = NIGHT + timedelta(hours=hours)

    assert preflight(by_day).errors == errors


@time_machine.travel(NIGHT, tick=False)
def test_preflight_refuses_hours_that_never_come(by_day, contact):
    Contact.objects.update(time_zone="Europe/Madrid Pacific/Honolulu")
    by_day.hours_end = time(12)

    assert preflight(by_day).errors == [
        "The sending hours never come for these people. Widen the hours."
    ]


@time_machine.travel(NIGHT, tick=False)
def test_preflight_counts_people_without_an_hour_before_the_end(by_day):
    Contact.objects.create(phone="+56975400947", name="Pedro", time_zone="Asia/Kathmandu")
    by_day.hours_start, by_day.hours_end = time(21), time(23)
    by_day.ends_at = NIGHT + timedelta(minutes=30)

    assert preflight(by_day).warnings == [
        "1 person has no sending hour before the end and will be skipped."
    ]


@time_machine.travel(NIGHT, tick=False)
def test_preflight_counts_people_that_the_pace_does_not_reach_before_the_end(campaign, contact):
    for number in range(5):
        Contact.objects.create(phone=f"+5697540000{number}", name="Pepe")
    campaign.per_hour, campaign.ends_at = 2, NIGHT + timedelta(hours=2)

    assert preflight(campaign).warnings == [
        "About 2 people cannot be reached before the end on 11/21/2026 midnight and will be"
        " skipped."
    ]


@time_machine.travel(NIGHT + timedelta(hours=12), tick=False)
def test_preflight_reckons_with_the_hours_and_the_pace(by_day):
    for number in range(13):
        Contact.objects.create(phone=f"+569754000{number:02d}", name="Pepe")
    by_day.per_hour = 1

    found = preflight(by_day)  # eleven until nine in the evening, three the next morning

    assert found.duration == timedelta(hours=11 + 12 + 3)
    assert found.warnings == ["Sending will take about 26 hours."]


def test_preflight_reckons_the_duration_at_the_senders_rate(campaign, contact):
    campaign.sender.rate = 0.1

    assert preflight(campaign).duration == timedelta(seconds=10)


def test_preflight_warns_of_a_long_duration(campaign, contact):
    campaign.sender.rate = 1 / 18_000

    assert preflight(campaign).warnings == ["Sending will take about 5 hours."]
