from datetime import timedelta

import pytest
from django.utils import timezone
from django_q.models import OrmQ

from campaigns.states import CampaignStatus
from messaging.delivery import waking
from messaging.delivery.lanes import take_lane
from messaging.models import Delivery, Lane
from tests.sending import set_status


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


def test_queue_run_queues_at_most_one_job_for_a_sender(active):
    queued = [waking.queue_run(active.sender_id) for _time in range(3)]

    assert (queued, OrmQ.objects.count()) == ([True, False, False], 1)


@pytest.fixture
def long_queued(active):
    """A sender whose job was queued a minute ago and has not begun; the queue's row of it."""
    waking.queue_run(active.sender_id)
    a_minute_ago = timezone.now() - seconds(60)
    Lane.objects.update(queued_at=a_minute_ago)
    OrmQ.objects.update(lock=a_minute_ago)
    return OrmQ.objects.get()


def test_queue_run_queues_no_other_while_the_workers_are_busy(active, long_queued):
    assert (waking.queue_run(active.sender_id), waking.wake_due()) == (False, 0)


def test_queue_run_queues_another_when_the_first_was_taken_and_has_not_begun(active, long_queued):
    OrmQ.objects.update(lock=timezone.now() + seconds(200))

    assert (waking.queue_run(active.sender_id), waking.queue_run(active.sender_id)) == (True, False)


def test_wake_due_queues_another_job_for_a_lost_one(active, long_queued):
    long_queued.delete()

    assert (waking.wake_due(), waking.wake_due()) == (1, 0)


def test_begin_lets_one_of_two_jobs_have_the_turn(active):
    waking.queue_run(active.sender_id)

    assert [waking.begin(active.sender_id), waking.begin(active.sender_id)] == [True, False]


def test_plan_run_queues_what_is_due_now(active, fill):
    fill(1)

    assert (waking.plan_run(active.sender_id), OrmQ.objects.count()) == (True, 1)


def test_plan_run_notes_the_moment_of_what_comes_later(active, fill):
    fill(2)
    later = timezone.now() + seconds(90)
    Delivery.objects.update(due_at=later)

    assert (waking.plan_run(active.sender_id), OrmQ.objects.count()) == (False, 0)
    assert Lane.objects.get().wake_at == later


def test_plan_run_lets_the_provider_rest(active, fill):
    fill(1)
    rested = timezone.now() + seconds(30)

    assert not waking.plan_run(active.sender_id, not_before=rested)
    assert Lane.objects.get().wake_at == rested


def test_plan_run_notes_nothing_when_nothing_comes_due_by_itself(active, fill):
    fill(1)
    set_status(active, CampaignStatus.PAUSED)

    assert not waking.plan_run(active.sender_id)
    assert Lane.objects.get().wake_at is None


@pytest.mark.parametrize(
    ("row", "woken"),
    [
        ({}, 1),
        ({"wake_at": seconds(60)}, 0),
        ({"wake_at": None}, 0),
        ({"runner_until": seconds(10)}, 0),
        ({"runner_until": seconds(-10)}, 1),
        ({"queued_at": seconds(-1)}, 0),
        ({"queued_at": seconds(-60), "wake_at": None}, 1),
    ],
    ids=str,
)
def test_wake_due_wakes_idle_senders_whose_moment_has_come(active, row, woken):
    now = timezone.now()
    moments = {"wake_at": seconds(-1), **row}
    Lane.objects.update(
        **{key: now + at if isinstance(at, timedelta) else at for key, at in moments.items()}
    )

    assert (waking.wake_due(), OrmQ.objects.count()) == (woken, woken)


def test_wake_due_wakes_each_once(active):
    Lane.objects.update(wake_at=timezone.now())

    assert [waking.wake_due() for _time in range(3)] == [1, 0, 0]


def test_wake_due_costs_one_look_when_nobody_is_due(active, django_assert_num_queries):
    with django_assert_num_queries(1):
        waking.wake_due()


def test_sender_waits_until_its_job_begins(active):
    waking.queue_run(active.sender_id)
    waits = waking.sender_waits()
    Lane.objects.update(queued_at=None)

    assert (waits, waking.sender_waits()) == (True, False)


def test_ring_queues_a_job_for_an_idle_sender(active):
    assert (waking.ring(active.sender_id), OrmQ.objects.count()) == (True, 1)


def test_ring_leaves_a_sender_to_the_worker_that_has_it_and_to_the_next(active):
    take_lane(active.sender_id)

    rung = waking.ring(active.sender_id)

    assert (rung, OrmQ.objects.count()) == (False, 0)
    assert Lane.objects.get().wake_at <= timezone.now()


def test_wake_never_puts_off_an_earlier_moment(active):
    now = timezone.now()

    waking.wake(active.sender_id, now)
    waking.wake(active.sender_id, now + seconds(60))

    assert Lane.objects.get().wake_at == now
