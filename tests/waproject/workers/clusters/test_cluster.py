"""When a cluster counts as deaf; its starts and ends are in test_cluster_lives.py."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.waproject.workers.conftest import at_work
from waproject.workers.clusters.cluster import ClusterProcess, delay_after, job_timeout, queues
from waproject.workers.processes.children import Stack

pytestmark = pytest.mark.process

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
DEAF_AFTER = 10
NOW = 1_000.0


@pytest.fixture
def new_cluster(tmp_path: Path) -> Iterator[ClusterProcess]:
    """A cluster that has just been started, and from which nothing was heard."""
    with Stack({}) as stack:
        cluster = ClusterProcess(
            "waproject",
            tmp_path,
            start=lambda _folder: stack.start("cluster", SLEEP),
            discard=stack.discard,
            deaf_after=DEAF_AFTER,
        )
        cluster.tend()
        yield cluster


@pytest.fixture
def cluster(new_cluster: ClusterProcess) -> ClusterProcess:
    """A cluster that is up, and one of whose heartbeats has come."""
    beat(new_cluster)
    new_cluster.tend()
    return new_cluster


def beat(cluster: ClusterProcess) -> None:
    os.utime(
        cluster.heartbeat_files.folder / "beat", (0, cluster.heartbeat_files.beat() // 10**9 + 1)
    )


def test_silence_counts_from_the_first_heartbeat_that_is_not_heard(cluster: ClusterProcess):
    cluster.asked(NOW)
    cluster.asked(NOW + 5)

    assert (cluster.is_deaf(NOW + DEAF_AFTER), cluster.is_deaf(NOW + DEAF_AFTER + 1)) == (
        False,
        True,
    )


def test_a_beat_ends_the_silence(cluster: ClusterProcess):
    cluster.asked(NOW)
    beat(cluster)
    cluster.tend()

    cluster.asked(NOW + 100)

    assert cluster.silent_for(NOW + 101) == 1


def test_nobody_is_deaf_to_what_was_not_asked(cluster: ClusterProcess):
    assert cluster.is_deaf(NOW) is False


def test_an_excuse_ends_the_silence(cluster: ClusterProcess):
    cluster.asked(NOW)

    cluster.excuse()

    assert cluster.is_deaf(NOW + 1_000) is False


def test_a_job_under_way_may_take_its_time_and_no_longer(cluster: ClusterProcess):
    cluster.asked(NOW)
    limit = NOW + DEAF_AFTER + job_timeout("waproject")
    with at_work(cluster.heartbeat_files):
        cluster.listen(limit)

    assert (cluster.is_deaf(limit), cluster.is_deaf(limit + 1)) == (False, True)


def test_a_long_job_that_has_just_ended_may_still_be_booked(cluster: ClusterProcess):
    cluster.asked(NOW)
    ended = NOW + 3 * DEAF_AFTER
    with at_work(cluster.heartbeat_files):
        cluster.listen(ended)

    limit = ended + 2
    cluster.listen(limit)

    assert (cluster.is_deaf(limit), cluster.is_deaf(limit + 1)) == (False, True)


def test_a_cluster_that_has_just_started_has_more_time(new_cluster: ClusterProcess):
    new_cluster.asked(NOW)
    limit = NOW + DEAF_AFTER + 20

    assert (new_cluster.is_deaf(limit), new_cluster.is_deaf(limit + 1)) == (False, True)


def test_delays_between_starts_grow_to_a_bound():
    assert [delay_after(failures) for failures in (0, 1, 2, 6, 1_000)] == [0.5, 1, 2, 30, 30]


def test_queues_are_those_of_the_settings_each_with_its_timeout():
    assert [(queue, job_timeout(queue)) for queue in queues()] == [
        ("waproject", 60),
        ("long", 1_800),
    ]
