"""Groups of real processes; each test ends with none of them left."""

import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from waproject.lab.faults.processes import children, kill_group, members

pytestmark = pytest.mark.process

FAMILY = "import subprocess, time; subprocess.Popen(['sleep', '60']); time.sleep(60)"


@pytest.fixture
def leader() -> Iterator[int]:
    """The leader of a group of two: itself and a child."""
    process = subprocess.Popen([sys.executable, "-c", FAMILY], start_new_session=True)
    wait_for(lambda: len(members(process.pid)) == 2)
    yield process.pid
    kill_group(process.pid)
    process.wait()


def wait_for(condition) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_members_are_the_leader_and_its_child(leader):
    pids = [one.pid for one in members(leader)]

    assert pids == [leader, *(child.pid for child in children(leader))]


def test_children_leave_out_the_leader(leader):
    [child] = children(leader)

    assert child.pid != leader


def test_children_leave_out_the_dead(leader):
    [child] = children(leader)

    child.kill()
    wait_for(lambda: children(leader) != [child])

    assert children(leader) == []


def test_nobody_is_the_child_of_a_process_that_is_gone(leader):
    [child] = children(leader)
    kill_group(leader)
    wait_for(lambda: members(leader) == [])

    assert children(child.pid) == []


def test_kill_strikes_one_process(leader):
    [child] = children(leader)

    child.kill()
    wait_for(lambda: len(members(leader)) < 2)

    assert [one.pid for one in members(leader)] == [leader]


def test_kill_group_leaves_nobody(leader):
    kill_group(leader)
    wait_for(lambda: not members(leader))

    assert children(leader) == []
