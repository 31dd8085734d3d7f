"""The judgement of one keeper; what it does to its cluster is in test_keeper_lives.py."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.waproject.workers.conftest import at_work
from waproject.workers.cluster import Keeper, delay_after, job_timeout, queues
from waproject.workers.processes.children import Stack

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
DEAF_AFTER = 10
NOW = 1_000.0


@pytest.fixture
def keeper(tmp_path: Path) -> Iterator[Keeper]:
    """A keeper whose cluster is up and has been heard."""
    with Stack({}) as stack:
        keeper = Keeper(
            "waproject",
            tmp_path,
            start=lambda _folder: stack.start("cluster", SLEEP),
            bury=stack.bury,
            deaf_after=DEAF_AFTER,
        )
        keeper.tend()
        beat(keeper)
        keeper.tend()
        yield keeper


def beat(keeper: Keeper) -> None:
    os.utime(keeper.pulse.folder / "beat", (0, keeper.pulse.beat() // 10**9 + 1))


def test_silence_counts_from_the_first_heartbeat_that_is_not_heard(keeper: Keeper):
    keeper.asked(NOW)
    keeper.asked(NOW + 5)

    assert (keeper.is_deaf(NOW + DEAF_AFTER), keeper.is_deaf(NOW + DEAF_AFTER + 1)) == (False, True)


def test_a_beat_ends_the_silence(keeper: Keeper):
    keeper.asked(NOW)
    beat(keeper)
    keeper.tend()

    keeper.asked(NOW + 100)

    assert keeper.silent_for(NOW + 101) == 1


def test_nobody_is_deaf_to_what_was_not_asked(keeper: Keeper):
    assert keeper.is_deaf(NOW) is False


def test_an_excuse_ends_the_silence(keeper: Keeper):
    keeper.asked(NOW)

    keeper.excuse()

    assert keeper.is_deaf(NOW + 1_000) is False


def test_a_job_under_way_may_take_its_time_and_no_longer(keeper: Keeper):
    keeper.asked(NOW)
    limit = NOW + DEAF_AFTER + job_timeout("waproject")
    with at_work(keeper.pulse):
        keeper.listen(limit)

    assert (keeper.is_deaf(limit), keeper.is_deaf(limit + 1)) == (False, True)


def test_a_long_job_that_has_just_ended_may_still_be_booked(keeper: Keeper):
    keeper.asked(NOW)
    ended = NOW + 3 * DEAF_AFTER
    with at_work(keeper.pulse):
        keeper.listen(ended)

    limit = ended + 2
    keeper.listen(limit)

    assert (keeper.is_deaf(limit), keeper.is_deaf(limit + 1)) == (False, True)


def test_a_cluster_that_has_just_started_has_more_time(tmp_path: Path):
    with Stack({}) as stack:
        keeper = Keeper(
            "waproject",
            tmp_path,
            start=lambda _folder: stack.start("cluster", SLEEP),
            bury=stack.bury,
            deaf_after=DEAF_AFTER,
        )
        keeper.tend()
        keeper.asked(NOW)
        limit = NOW + DEAF_AFTER + 20

        assert (keeper.is_deaf(limit), keeper.is_deaf(limit + 1)) == (False, True)


def test_delays_between_starts_grow_to_a_bound():
    assert [delay_after(failures) for failures in (0, 1, 2, 6, 1_000)] == [0.5, 1, 2, 30, 30]


def test_queues_are_those_of_the_settings_each_with_its_timeout():
    assert [(queue, job_timeout(queue)) for queue in queues()] == [
        ("waproject", 60),
        ("long", 1_800),
    ]
