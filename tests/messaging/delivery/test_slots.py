import time

import pytest

from campaigns.models import Campaign
from messaging.delivery.slots import reserve


@pytest.fixture
def slow_sender(sender):
    sender.rate = 10
    sender.save()
    return sender


def test_reserve_begins_now_on_a_free_line(slow_sender):
    start = reserve(slow_sender.pk, 5, horizon=1)

    assert start == pytest.approx(time.time(), abs=0.5)


def test_reserve_never_begins_nearer_than_its_lead(slow_sender):
    before = time.time()

    start = reserve(slow_sender.pk, 5, horizon=1, lead=0.5)

    assert start >= before + 0.5


def test_reserve_puts_the_next_behind_the_last(slow_sender):
    first = reserve(slow_sender.pk, 5, horizon=1)

    second = reserve(slow_sender.pk, 5, horizon=1)

    assert second - first == pytest.approx(0.5, abs=0.001)


def test_reserve_takes_nothing_beyond_its_horizon(slow_sender):
    reserve(slow_sender.pk, 50, horizon=1)

    assert reserve(slow_sender.pk, 1, horizon=1) is None
    slow_sender.refresh_from_db()
    assert slow_sender.next_slot == pytest.approx(time.time() + 5, abs=0.5)


@pytest.fixture
def paced(campaign, slow_sender):
    """A campaign of two messages a second on a sender of ten."""
    campaign.per_hour = 7_200
    campaign.save()
    return campaign


def reserve_paced(campaign, count=1):
    return reserve(campaign.sender_id, count, horizon=1, paced_campaign=campaign.pk)


def test_reserve_keeps_the_pace_of_a_campaign(paced):
    first = reserve_paced(paced)

    second = reserve_paced(paced)

    assert second - first == pytest.approx(0.5, abs=0.001)


def test_reserve_takes_nothing_of_the_sender_before_the_campaigns_own_slot(paced, slow_sender):
    reserve_paced(paced, count=2)
    slow_sender.refresh_from_db()
    taken = slow_sender.next_slot

    assert reserve_paced(paced) is None
    slow_sender.refresh_from_db()
    assert slow_sender.next_slot == taken


def test_reserve_never_catches_up_on_the_pace_of_a_campaign(paced):
    Campaign.objects.update(next_slot=time.time() - 60)
    first = reserve_paced(paced)

    second = reserve_paced(paced)

    assert first == pytest.approx(time.time(), abs=0.5)
    assert second - first == pytest.approx(0.5, abs=0.001)


def test_reserve_keeps_the_pace_behind_a_sender_that_is_busy(paced, slow_sender):
    reserve(slow_sender.pk, 8, horizon=1)

    first = reserve_paced(paced)

    assert first == pytest.approx(time.time() + 0.8, abs=0.3)
    paced.refresh_from_db()
    assert paced.next_slot - first == pytest.approx(0.5, abs=0.001)
