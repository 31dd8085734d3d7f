"""Starts and ends of a cluster, by a clock of the test; test_supervisor.py has real clusters."""

import os
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from waproject.workers.clusters import cluster as cluster_module
from waproject.workers.clusters.cluster import ClusterProcess
from waproject.workers.clusters.heartbeat_files import Taken
from waproject.workers.processes.children import Child, Stack

pytestmark = pytest.mark.process

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
DEAF_AFTER = 10
UNTIL = datetime(2026, 11, 20, 12, tzinfo=UTC)


@dataclass
class Scene:
    """The clock, and what the cluster did at it."""

    stack: Stack
    now: float = 1_000.0
    started: list[Child] = field(default_factory=list)
    buried: list[Child] = field(default_factory=list)

    def monotonic(self) -> float:
        return self.now

    def start(self, _folder: Path) -> Child:
        self.started.append(self.stack.start("cluster", SLEEP))
        return self.started[-1]

    def discard(self, child: Child) -> None:
        self.stack.discard(child)
        self.buried.append(child)

    def end_cluster(self) -> None:
        self.started[-1].process.kill()
        self.started[-1].process.wait()

    def hang_cluster(self) -> None:
        """From now on it takes no signal but the one that kills."""
        pid = self.started[-1].process.pid
        os.kill(pid, signal.SIGSTOP)
        os.waitpid(pid, os.WUNTRACED)


@pytest.fixture
def scene(monkeypatch) -> Iterator[Scene]:
    with Stack({}) as stack:
        scene = Scene(stack)
        monkeypatch.setattr(cluster_module, "time", scene)
        yield scene


@pytest.fixture
def cluster(scene: Scene, tmp_path: Path) -> ClusterProcess:
    """A cluster whose cluster has just been started."""
    cluster = ClusterProcess(
        "waproject", tmp_path, start=scene.start, discard=scene.discard, deaf_after=DEAF_AFTER
    )
    cluster.tend()
    return cluster


def beat(cluster: ClusterProcess) -> None:
    os.utime(
        cluster.heartbeat_files.folder / "beat", (0, cluster.heartbeat_files.beat() // 10**9 + 1)
    )


def starts_again_after(cluster: ClusterProcess, scene: Scene, pause: float) -> bool:
    """Whether the next cluster is started when the pause is over, and not before."""
    before, seen = len(scene.started), []
    for wait in (pause - 0.1, 0.1):
        scene.now += wait
        cluster.tend()
        seen.append(len(scene.started) - before)
    return seen == [0, 1]


def test_a_cluster_that_ended_is_buried_and_started_again_after_a_pause(cluster, scene):
    scene.end_cluster()
    cluster.tend()

    assert (scene.buried, cluster.restarts) == (scene.started, 1)
    assert starts_again_after(cluster, scene, 0.5)


def test_the_pause_grows_with_each_life_in_which_nothing_is_heard(cluster, scene):
    for pause in (0.5, 1, 2):
        scene.end_cluster()
        cluster.tend()

        assert starts_again_after(cluster, scene, pause)


def test_the_last_beat_of_a_cluster_that_ended_counts(cluster, scene):
    for pause in (0.5, 1):
        scene.end_cluster()
        cluster.tend()
        assert starts_again_after(cluster, scene, pause)
    beat(cluster)
    scene.end_cluster()

    cluster.tend()

    assert cluster.heard_at is not None
    assert starts_again_after(cluster, scene, 0.5)


def test_a_new_cluster_is_not_blamed_for_the_silence_of_the_last(cluster, scene):
    cluster.asked(scene.now)
    scene.end_cluster()
    cluster.tend()
    assert starts_again_after(cluster, scene, 0.5)

    assert cluster.silent_for(scene.now + 1_000) == 0


def test_a_new_cluster_has_the_time_to_start_though_the_last_was_heard(cluster, scene):
    beat(cluster)
    scene.end_cluster()
    cluster.tend()
    assert starts_again_after(cluster, scene, 0.5)

    cluster.asked(scene.now)

    limit = scene.now + DEAF_AFTER + 20
    assert (cluster.is_deaf(limit), cluster.is_deaf(limit + 1)) == (False, True)


def test_a_deaf_cluster_is_asked_to_stop_and_then_killed(cluster, scene):
    scene.hang_cluster()
    cluster.asked(scene.now)
    scene.now += DEAF_AFTER + 21
    cluster.tend()

    buried = []
    for wait in (4.9, 0.2):
        scene.now += wait
        cluster.tend()
        buried.append(len(scene.buried))

    assert buried == [0, 1]
    assert scene.started[0].process.poll() == -signal.SIGKILL


def test_the_cluster_after_a_deaf_one_is_left_alive(cluster, scene):
    scene.hang_cluster()
    cluster.asked(scene.now)
    for wait in (DEAF_AFTER + 21, 5, 1, 100):
        scene.now += wait
        cluster.tend()

    assert (len(scene.started), cluster.restarts) == (2, 1)


def test_what_a_cluster_held_is_lost_when_it_has_ended_and_not_before(cluster, scene):
    (cluster.heartbeat_files.folder / "taken" / "7").write_text(UNTIL.isoformat())
    cluster.tend()
    assert cluster.lost.empty()

    scene.end_cluster()
    cluster.tend()

    assert cluster.lost.get_nowait() == Taken(7, UNTIL)
