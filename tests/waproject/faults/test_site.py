"""The supervisor of the harness, over real processes that do nothing."""

import os
import signal
import sys
import time

import pytest
from django_q.models import OrmQ

from waproject.faults import site as module
from waproject.faults.processes import kill_group
from waproject.faults.site import Cluster, Service, Site
from waproject.stack.processes import Stack

LONELY = "import time; time.sleep(60)"
HEADED = "import subprocess, time; subprocess.Popen(['sleep', '60']); time.sleep(60)"


@pytest.fixture
def stack():
    with Stack({}, grace=1) as stack:
        yield stack


@pytest.fixture
def site(stack, tmp_path, db, monkeypatch) -> Site:
    monkeypatch.setattr(module, "RESTART_AFTER", 0.0)
    site = Site(stack, tmp_path, web_port=1, simulator_port=2)
    site.web = service(stack, Service, "web", LONELY, tmp_path)
    site.clusters = [service(stack, Cluster, "cluster-1", HEADED, tmp_path)]
    return site


def service(stack, kind, name, code, folder):
    def start():
        return stack.start(name, [sys.executable, "-c", code], log=folder / f"{name}.log")

    return kind(name, start, start())


def tend_until(site, condition) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        site.tend()
        time.sleep(0.02)


def test_tend_starts_again_what_was_killed(site):
    before = site.web.group

    kill_group(before)

    tend_until(site, lambda: site.restarts["web"] == 1)
    assert site.web.group != before
    assert site.web.child.process.poll() is None


def test_tend_ends_a_cluster_that_is_deaf(site):
    [cluster] = site.clusters
    before = cluster.group

    cluster.hurt(patience=0.1)

    tend_until(site, lambda: cluster.group != before and site.restarts["deaf"] == 1)


def test_tend_leaves_a_cluster_alone_that_starts_jobs(site):
    [cluster] = site.clusters
    cluster.hurt(patience=0.1)
    with cluster.child.log.open("ab") as log:
        log.write(b"Process-1 processing tango 'waproject.tick.tick'\n")
    time.sleep(0.2)

    site.tend()

    assert (cluster.hurt_at, site.restarts["deaf"]) == (None, 0)


def test_tend_ends_a_cluster_without_its_sentinel(site):
    [cluster] = site.clusters
    tend_until(site, lambda: cluster.headed == cluster.group)

    for sentinel in cluster.sentinels:
        os.kill(sentinel, signal.SIGKILL)

    tend_until(site, lambda: site.restarts["deaf"] == 1)


def test_tend_keeps_the_clock_ticking(site):
    site.tend()

    assert OrmQ.objects.count() == 1


def test_tend_does_not_heap_up_ticks_that_nobody_runs(site, monkeypatch):
    monkeypatch.setattr(module, "TICK_EVERY", 0.0)

    for _round in range(10):
        site.tend()

    assert OrmQ.objects.count() == 2
