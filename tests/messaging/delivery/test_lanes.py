from datetime import timedelta

import pytest
from django.utils import timezone

from messaging.delivery.lanes import lane_seconds, take_lane
from messaging.models import Lane


@pytest.fixture
def lost(active):
    """A lane that ended, and that another worker has taken since; both."""
    lane = take_lane(active.sender_id)
    Lane.objects.update(runner_until=timezone.now() - timedelta(seconds=1))
    return lane, take_lane(active.sender_id)


def lease(campaign):
    return Lane.objects.values_list("runner_token", "runner_until").get(pk=campaign.sender_id)


def test_take_lane_lets_one_worker_in(active):
    assert take_lane(active.sender_id)
    assert take_lane(active.sender_id) is None


def test_keep_holds_the_lane_for_longer(active):
    lane = take_lane(active.sender_id)
    Lane.objects.update(runner_until=timezone.now() + timedelta(seconds=1))

    assert lane.keep()
    assert lease(active)[1] > timezone.now() + timedelta(seconds=5)


def test_keep_takes_up_a_lane_that_ended_and_that_nobody_took(active):
    lane = take_lane(active.sender_id)
    Lane.objects.update(runner_until=timezone.now() - timedelta(seconds=1))

    assert lane.keep()
    assert take_lane(active.sender_id) is None


def test_keep_of_a_lost_lane_leaves_the_other_workers_as_it_is(active, lost):
    ours, theirs = lost
    before = lease(active)

    assert (ours.keep(), lease(active), before[0]) == (False, before, theirs.token)


def test_leave_of_a_lost_lane_does_not_free_it(active, lost):
    ours, _theirs = lost
    before = lease(active)

    ours.leave()

    assert lease(active) == before


def test_leave_lets_the_next_worker_in(active):
    take_lane(active.sender_id).leave()

    assert take_lane(active.sender_id)


def test_lane_seconds_end_with_the_claims(settings):
    settings.SENDING_LEASE_SECONDS = 6

    assert lane_seconds() == 6
