"""What the site starts again, over real processes that do nothing."""

import os
import sys
import time
from functools import partial

import pytest
from django.utils import timezone
from django_q.models import OrmQ

from waproject.lab.faults import site as module
from waproject.lab.faults.processes import kill_group, members
from waproject.lab.faults.site import Machine, Service, Site
from waproject.workers.models import Cluster
from waproject.workers.processes.children import Stack

LONELY = "import time; time.sleep(60)"
# A supervisor whose cluster is a process of a group of its own, which outlives it.
CARELESS = (
    "import subprocess, time;"
    "subprocess.Popen(['sleep', '60'], start_new_session=True); time.sleep(60)"
)


@pytest.fixture
def stack():
    with Stack({}, grace=1) as stack:
        yield stack


@pytest.fixture
def site(stack, tmp_path, db, monkeypatch) -> Site:
    monkeypatch.setattr(module, "RESTART_AFTER", 0.0)
    site = Site(stack, tmp_path, web_port=1, simulator_port=2, tick_every=0.5)
    site.web = service(stack, Service, "web", LONELY)
    site.machines = [service(stack, Machine, "supervisor-1", LONELY)]
    return site


@pytest.fixture
def careless(site, stack):
    """A machine whose cluster outlives it."""
    [old] = site.machines
    kill_group(old.group)
    site.machines = [machine := service(stack, Machine, "supervisor-1", CARELESS)]
    # Seen and in a group of its own: between its fork and that it would die with its supervisor.
    tend_until(site, lambda: any(map(members, machine.begun)))
    before = machine.cluster
    yield machine
    for cluster in (before, machine.cluster):
        if cluster:
            kill_group(cluster)


def service(stack, kind, name, code):
    start = partial(stack.start, name, [sys.executable, "-c", code])
    return kind(name, start, start())


def tend_until(site, condition) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        site.tend()
        time.sleep(0.02)


@pytest.mark.parametrize("name", ["web", "supervisor-1"])
def test_tend_starts_again_what_was_killed(site, name):
    [killed] = [one for one in (site.web, *site.machines) if one.name == name]
    before = killed.group

    kill_group(before)

    tend_until(site, lambda: site.restarts == {name: 1})
    assert killed.group != before
    assert killed.child.process.poll() is None


def test_tend_leaves_the_clusters_to_their_supervisor(site, careless):
    before = careless.group

    kill_group(careless.cluster)
    site.tend()

    assert (careless.group, site.restarts) == (before, {})


def test_tend_counts_a_cluster_that_outlived_its_supervisor(site, careless):
    kill_group(careless.group)

    tend_until(site, lambda: site.restarts["supervisor-1"] == 1)

    assert site.outlived == 1


def test_tend_counts_no_cluster_that_died_with_its_supervisor(site, careless):
    cluster = careless.cluster
    kill_group(cluster)
    tend_until(site, lambda: members(cluster) == [])
    kill_group(careless.group)

    tend_until(site, lambda: site.restarts["supervisor-1"] == 1)

    assert site.outlived == 0


def test_restarts_add_up_what_the_supervisors_report(site):
    now = timezone.now()
    for restarts in (2, 3):
        Cluster.objects.create(
            name="waproject", host="one", started_at=now, seen_at=now, restarts=restarts
        )
    site.tend()
    Cluster.objects.all().delete()  # as a supervisor that took over does

    assert site.restarts == {"cluster": 5}


def test_tend_keeps_the_clock_ticking(site):
    site.tend()

    assert OrmQ.objects.count() == 1


def test_tend_does_not_heap_up_ticks_that_nobody_runs(site):
    site.tick_every = 0.0

    for _round in range(10):
        site.tend()

    assert OrmQ.objects.count() == 2


def test_resize_puts_new_machines_in_the_place_of_the_old(site, stack, monkeypatch):
    started: list[list[str]] = []

    def start(name: str, command: list[str], **_given: object):
        started.append(command[-2:])
        return Stack.start(stack, name, [sys.executable, "-c", LONELY])

    monkeypatch.setattr(stack, "start", start)
    [old] = site.machines

    site.resize(clusters=2, workers=3)

    assert started == [["--clusters=waproject", "--processes=3"]] * 2
    assert [one.name for one in site.machines] == ["supervisor-1", "supervisor-2"]
    with pytest.raises(ProcessLookupError):
        os.killpg(old.group, 0)
