from datetime import UTC, datetime, timedelta

import pytest

from contacts.models import Contact
from messaging.delivery.timing.allowance import Reason, allowance
from messaging.delivery.timing.daily_limit import admit, forecast
from messaging.models import Sender
from messaging.states import Quality, Tier

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
DAY = timedelta(days=1)
PLAN = [2, 4, 8]


def young(**fields: object) -> Sender:
    return Sender(**{"warm_up": PLAN, "warm_up_since": NOW, **fields})


@pytest.mark.parametrize(
    ("fields", "people", "reason"),
    [
        ({}, None, Reason.NONE),
        ({"daily_limit": 300}, 300, Reason.OWN),
        ({"daily_limit": 0}, 0, Reason.OWN),
        ({"tier": Tier.PEOPLE_250}, 250, Reason.TIER),
        ({"tier": Tier.UNLIMITED}, None, Reason.NONE),
        ({"tier": Tier.PEOPLE_2K, "daily_limit": 300}, 300, Reason.OWN),
        ({"tier": Tier.PEOPLE_250, "daily_limit": 300}, 250, Reason.TIER),
        ({"tier": Tier.PEOPLE_250, "warm_up": PLAN}, 2, Reason.WARM_UP),
        ({"quality": Quality.YELLOW}, 50_000, Reason.QUALITY),
        ({"quality": Quality.RED, "tier": Tier.UNLIMITED}, 10_000, Reason.QUALITY),
        ({"quality": Quality.RED, "share_when_low": 100}, None, Reason.NONE),
        ({"daily_limit": 300, "quality": Quality.GREEN}, 300, Reason.OWN),
        ({"daily_limit": 300, "quality": Quality.YELLOW}, 150, Reason.QUALITY),
        ({"daily_limit": 300, "quality": Quality.RED}, 30, Reason.QUALITY),
        ({"daily_limit": 300, "quality": Quality.RED, "share_when_low": 50}, 150, Reason.QUALITY),
        ({"daily_limit": 3, "quality": Quality.RED}, 1, Reason.QUALITY),
        ({"daily_limit": 0, "quality": Quality.RED}, 0, Reason.OWN),
    ],
)
def test_the_least_counts(fields, people, reason):
    found = allowance(Sender(**fields), NOW)

    assert (found.people, found.reason) == (people, reason)


@pytest.mark.parametrize(
    ("days", "people"), [(0, 2), (0.99, 2), (1, 4), (2, 8), (3, None), (400, None)]
)
def test_warm_up_plan_goes_day_by_day_and_ends(days, people):
    assert allowance(young(), NOW + days * DAY).people == people


def test_plan_begins_with_the_first_use():
    found = allowance(young(warm_up_since=None), NOW + 40 * DAY)

    assert (found.people, found.changes_at) == (2, NOW + 41 * DAY)


@pytest.fixture
def people(db) -> list[int]:
    made = [Contact.objects.create(phone=f"+5697540{number:04}") for number in range(20)]
    return [one.pk for one in made]


def store(sender: Sender, **fields: object) -> Sender:
    Sender.objects.filter(pk=sender.pk).update(**fields)
    sender.refresh_from_db()
    return sender


def test_claim_admits_what_the_plan_allows(sender, people):
    store(sender, warm_up=PLAN)

    first = admit(sender, people, NOW)
    sender.refresh_from_db()
    second = admit(sender, people[2:], NOW + DAY + timedelta(seconds=1))

    assert (len(first.admitted), sender.warm_up_since) == (2, NOW)
    assert first.room_at == NOW + DAY
    assert len(second.admitted) == 4


def test_plan_has_not_begun_while_nobody_was_written_to_first(sender):
    store(sender, warm_up=PLAN)

    admit(sender, [], NOW)

    sender.refresh_from_db()
    assert sender.warm_up_since is None


def test_quality_that_falls_slows_the_next_claim(sender, people):
    store(sender, daily_limit=10)
    assert len(admit(sender, people[:4], NOW).admitted) == 4

    store(sender, quality=Quality.YELLOW)
    found = admit(sender, people[4:], NOW)

    assert len(found.admitted) == 1


def test_there_is_room_when_enough_of_too_many_are_a_day_old(sender, people):
    store(sender, daily_limit=4)
    for number in range(4):
        admit(sender, [people[number]], NOW + number * timedelta(hours=1))

    store(sender, quality=Quality.YELLOW)
    found = admit(sender, people[4:5], NOW + timedelta(hours=5))

    # Four are counted where two have room: the third of them has to be a day old.
    assert (found.admitted, found.room_at) == (set(), NOW + timedelta(hours=2) + DAY)


def test_forecast_grows_with_the_plan(sender, people):
    store(sender, warm_up=PLAN)

    found = forecast(sender, 14, NOW)

    assert found
    assert (found.limit, found.free, found.days, found.last_at) == (2, 2, 3, NOW + 2 * DAY)


def test_forecast_of_few_people_is_none(sender, people):
    store(sender, warm_up=PLAN)

    assert forecast(sender, 2, NOW) is None


def test_forecast_after_the_plan_goes_on_with_the_limit(sender, people):
    store(sender, warm_up=PLAN, daily_limit=10)

    found = forecast(sender, 44, NOW)

    # 2 + 4 + 8 by the plan, and ten on each of the three days after it.
    assert found
    assert (found.days, found.last_at) == (6, NOW + 5 * DAY)


def test_plan_that_never_has_room_has_no_end(sender, people):
    store(sender, warm_up=[0, 0], daily_limit=0)

    found = forecast(sender, 3, NOW)

    assert found
    assert found.last_at is None


def test_forecast_reaches_as_many_each_day_as_the_plan_says(sender):
    store(sender, warm_up=PLAN, daily_limit=5)

    found = forecast(sender, 18, NOW)

    assert found
    reached = [
        found.reached_within(hours * timedelta(hours=1)) for hours in (0, 23, 24, 48, 72, 99)
    ]
    assert (reached, found.last_at) == ([2, 2, 6, 11, 16, 18], NOW + 4 * DAY)


def test_forecast_of_a_plan_whose_end_sets_no_limit_reaches_everyone_then(sender):
    store(sender, warm_up=PLAN)

    found = forecast(sender, 1_000, NOW)

    assert found
    assert [found.reached_within(days * DAY) for days in (1, 2, 3)] == [6, 14, 1_000]


def test_claim_goes_by_what_the_sender_may_now(sender, people):
    """The limit was lowered since the claim read the sender."""
    store(sender, daily_limit=10)
    Sender.objects.update(daily_limit=3)

    assert len(admit(sender, people, NOW).admitted) == 3
