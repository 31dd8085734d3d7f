import time

import pytest

from messaging.delivery.timing.slots import reserve


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
