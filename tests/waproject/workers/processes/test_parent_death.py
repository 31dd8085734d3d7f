"""Families of real processes whose parents are killed."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.waproject.workers.processes.test_children import is_running, wait_for_line

pytestmark = [
    pytest.mark.process,
    pytest.mark.skipif(sys.platform != "linux", reason="the system must see to it"),
]

# Prints its own id, its child's and its grandchild's; each would live for a minute.
FAMILY = """
import os, time
from waproject.workers.processes.parent_death import kill_forks_with_their_parents

kill_forks_with_their_parents()
ids = [os.getpid()]
for _generation in range(2):
    if os.fork():
        time.sleep(60)
    ids.append(os.getpid())
print(*ids, flush=True)
time.sleep(60)
"""
# Begun by a parent that is another process than the one it is told of.
LATE = """
import os, signal
from waproject.workers.processes.parent_death import end_with

end_with(os.getppid() + 1, signal.SIGTERM)
"""


@pytest.mark.parametrize("victim", [0, 1])
def test_forks_are_killed_with_their_parents(victim: int, tmp_path: Path):
    log = tmp_path / "log"
    with log.open("w") as output:
        first = subprocess.Popen([sys.executable, "-c", FAMILY], stdout=output, stderr=output)
    family = [int(one) for one in wait_for_line(log).split()]

    os.kill(family[victim], signal.SIGKILL)

    deadline = time.monotonic() + 5
    while any(map(is_running, family[victim + 1 :])) and time.monotonic() < deadline:
        time.sleep(0.02)
    alive = [is_running(one) for one in family]
    first.kill()
    first.wait()
    assert alive == [number < victim for number in range(3)]


def test_a_parent_that_died_before_the_system_was_told_is_noticed():
    ended = subprocess.run([sys.executable, "-c", LATE], check=False)

    assert ended.returncode == -signal.SIGTERM
