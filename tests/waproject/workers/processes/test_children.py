"""Children are real processes; each test ends with none of them left."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from waproject.workers.processes.children import ChildDied, Stack

pytestmark = pytest.mark.process

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
DEAF = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True);"
    "time.sleep(60)",
]
# A leader that ends at SIGTERM and leaves a grandchild of its group behind.
CARELESS = [
    sys.executable,
    "-c",
    "import subprocess, sys, time; print(subprocess.Popen(['sleep', '60']).pid, flush=True);"
    "time.sleep(60)",
]


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    return state != "Z"


def wait_for_line(log: Path) -> str:
    deadline = time.monotonic() + 10
    while not log.read_text(encoding="utf-8").endswith("\n"):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return log.read_text(encoding="utf-8").strip()


def wait_until_gone(pid: int) -> bool:
    deadline = time.monotonic() + 5
    while is_running(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not is_running(pid)


def test_stack_stops_its_children_when_left():
    with Stack({}) as stack:
        children = [stack.start(name, SLEEP) for name in ("one", "two")]

    assert [child.process.returncode for child in children] == [-signal.SIGTERM] * 2


def test_stack_stops_low_ranks_before_high_ones(tmp_path):
    log = tmp_path / "order"
    farewell = (
        "import signal, sys, time\n"
        "def end(*_): print(sys.argv[1], flush=True); time.sleep(0.2); sys.exit()\n"
        "signal.signal(signal.SIGTERM, end); print('up', flush=True); time.sleep(60)"
    )

    with Stack({}) as stack:
        for name, rank in (("server", 1), ("worker", 0)):
            stack.start(name, [sys.executable, "-c", farewell, name], rank=rank, log=log)
        while log.read_text(encoding="utf-8").count("up") < 2:
            time.sleep(0.02)

    assert log.read_text(encoding="utf-8").split() == ["up", "up", "worker", "server"]


def test_stack_kills_a_child_that_outlasts_the_grace(tmp_path, capsys):
    with Stack({}, grace=0.2) as stack:
        child = stack.start("deaf", DEAF, log=tmp_path / "log")
        wait_for_line(tmp_path / "log")

    assert child.process.returncode == -signal.SIGKILL
    assert capsys.readouterr().err == "deaf did not stop in time and was killed.\n"


def test_stack_leaves_no_grandchild_behind(tmp_path):
    with Stack({}) as stack:
        stack.start("careless", CARELESS, log=tmp_path / "log")
        grandchild = int(wait_for_line(tmp_path / "log"))

    assert wait_until_gone(grandchild)


def test_watch_names_the_child_that_ended_and_shows_its_log(tmp_path):
    log = tmp_path / "broken.log"

    with Stack({}) as stack:
        stack.start("sound", SLEEP)
        stack.start("broken", [sys.executable, "-c", "print('no room'); exit(3)"], log=log)
        with pytest.raises(ChildDied) as raised:
            stack.watch(pause=0.02)

    assert str(raised.value) == (
        f"broken ended with exit code 3; the others are stopped.\nThe end of {log}:\nno room"
    )


def test_watch_names_the_signal_that_killed_a_child():
    with Stack({}) as stack:
        os.kill(stack.start("victim", SLEEP).process.pid, signal.SIGKILL)
        with pytest.raises(ChildDied) as raised:
            stack.watch(pause=0.02)

    assert str(raised.value) == "victim was killed by signal SIGKILL; the others are stopped."


def test_children_see_the_stack_s_environment_and_their_own(tmp_path):
    show = (
        "import os, time; print(os.environ['SHARED'], os.environ['OWN'], flush=True); time.sleep(9)"
    )

    with Stack({"SHARED": "all"}) as stack:
        stack.start(
            "child",
            [sys.executable, "-c", show],
            log=tmp_path / "log",
            environment={"OWN": "mine"},
        )
        shown = wait_for_line(tmp_path / "log")

    assert shown == "all mine"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_children_end_with_the_stack_however_it_ends(number, tmp_path):
    log = tmp_path / "log"
    program = (
        "import sys\n"
        "from waproject.workers.processes.children import Stack, stop_signals_interrupt\n"
        "with stop_signals_interrupt(), Stack({}) as stack:\n"
        f"    print(stack.start('child', {SLEEP!r}).process.pid, flush=True)\n"
        "    stack.watch()\n"
    )
    with log.open("w") as output:
        stack = subprocess.Popen([sys.executable, "-c", program], stdout=output, stderr=output)
    child = int(wait_for_line(log))

    stack.send_signal(number)
    stack.wait(timeout=10)

    assert wait_until_gone(child)
