"""Child processes that are started and ended together.

Each child leads a process group of its own, so that Ctrl-C in the terminal reaches the stack alone
and not the children. A child is asked to stop by SIGTERM to its leader, never to its group: a
worker cluster whose group is signalled loses the processes it needs to end (seen: it hangs). What
is left of a group after that is killed.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType, TracebackType
from typing import IO, Self

from django.conf import settings
from django.utils.translation import gettext as _

from waproject.workers.processes.parent_death import ending_with_us

MANAGE = (sys.executable, str(settings.BASE_DIR / "manage.py"))
GRACE_SECONDS = 20.0
_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class ChildDied(Exception):
    """A process of the stack ended by itself; the text says which, how, and what to do."""


@dataclass(frozen=True)
class Child:
    """A running process of the stack. `rank` is its turn when the stack stops: low ones first."""

    name: str
    process: "subprocess.Popen[bytes]"
    rank: int
    log: Path | None

    def ask_to_stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()

    def sweep(self) -> None:
        """Kill what is left of the group, and collect the leader."""
        with suppress(ProcessLookupError):  # the whole group has ended by itself, as it should
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


class Stack:
    """A context manager that starts children, and ends them all when the block ends in any way."""

    def __init__(self, environment: Mapping[str, str], *, grace: float = GRACE_SECONDS) -> None:
        self._environment = {**os.environ, **environment}
        self._grace = grace
        self._children: list[Child] = []

    def start(
        self,
        name: str,
        command: Sequence[str],
        *,
        rank: int = 1,
        log: Path | None = None,
        environment: Mapping[str, str] | None = None,
        if_orphaned: signal.Signals = signal.SIGTERM,
        descriptors: Sequence[int] = (),
    ) -> Child:
        """Start a process; what it writes goes to `log`, or to where ours goes.

        It receives `if_orphaned` when this process dies before it, and inherits the open
        `descriptors`.
        """
        output: IO[bytes] | None = log.open("ab") if log else None
        try:
            process = subprocess.Popen(  # noqa: S603  the commands are our own
                list(command),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT if output else None,
                env={**self._environment, **(environment or {})},
                start_new_session=True,
                preexec_fn=ending_with_us(if_orphaned),
                pass_fds=descriptors,
            )
        finally:
            if output:
                output.close()
        child = Child(name, process, rank, log)
        self._children.append(child)
        return child

    def check(self) -> None:
        """Raise ChildDied when a child has ended."""
        for child in self._children:
            code = child.process.poll()
            if code is not None:
                raise ChildDied(_how_it_ended(child, code))

    def discard(self, child: Child) -> None:
        """Kill what is left of a child and its group, and no longer watch it."""
        child.sweep()
        self._children.remove(child)

    def watch(self, pause: float = 0.2) -> None:
        """Return never; raise ChildDied when a child ends."""
        while True:
            self.check()
            time.sleep(pause)

    def stop(self) -> None:
        """Ask the children to stop, lowest rank first, and kill those that outlast the grace."""
        deadline = time.monotonic() + self._grace
        for rank in sorted({child.rank for child in self._children}):
            turn = [child for child in self._children if child.rank == rank]
            for child in turn:
                child.ask_to_stop()
            for child in turn:
                _wait(child, deadline)
                child.sweep()
        self._children.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # An impatient second Ctrl-C must leave no child behind; the grace bounds the wait.
        with _handling(signal.SIG_IGN):
            self.stop()


@contextmanager
def stop_signals_interrupt() -> Iterator[None]:
    """SIGTERM and SIGHUP end the block as Ctrl-C does, by KeyboardInterrupt."""
    with _handling(signal.default_int_handler):
        yield


@contextmanager
def _handling(
    handler: Callable[[int, FrameType | None], object] | signal.Handlers,
) -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in _STOP_SIGNALS}
    if before[signal.SIGHUP] is signal.SIG_IGN:  # under nohup
        del before[signal.SIGHUP]
    for number in before:
        signal.signal(number, handler)
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old)


def _wait(child: Child, deadline: float) -> None:
    try:
        child.process.wait(timeout=max(0.1, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        sentence = _("%(name)s did not stop in time and was killed.") % {"name": child.name}
        sys.stderr.write(f"{sentence}\n")


def _how_it_ended(child: Child, code: int) -> str:
    how = (
        _("was killed by signal %(signal)s") % {"signal": signal.Signals(-code).name}
        if code < 0
        else _("ended with exit code %(code)d") % {"code": code}
    )
    sentence = _("%(name)s %(how)s; the others are stopped.") % {"name": child.name, "how": how}
    if child.log is None:
        return sentence
    heading = _("The end of %(file)s:") % {"file": child.log}
    return "\n".join([sentence, heading, *_tail(child.log)])


def _tail(log: Path, lines: int = 15) -> list[str]:
    return log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:]
