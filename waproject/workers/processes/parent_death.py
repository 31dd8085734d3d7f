"""Processes that end with their parent, in whatever way it ends.

Linux sees to it (PR_SET_PDEATHSIG), so it holds for a process that hangs, and for a parent that
was killed; on other systems they stay. Whoever begins processes must do so on a thread that lives
as long as it does: to the system the thread is the parent.
"""

import ctypes
import os
import signal
import sys
from collections.abc import Callable
from functools import partial

_PR_SET_PDEATHSIG = 1


def end_with(parent: int, number: signal.Signals) -> None:
    """In a process just forked: receive `number` when `parent`, which forked it, dies."""
    if _prctl is None:
        return
    _prctl(_PR_SET_PDEATHSIG, number)
    if os.getppid() != parent:  # it died before the system was told
        os.kill(os.getpid(), number)


def ending_with_us(number: signal.Signals) -> Callable[[], None]:
    """The function that a new child must call before its program starts."""
    return partial(end_with, os.getpid(), number)


def kill_forks_with_their_parents() -> None:
    """From now on all that this process forks, and what those fork, is killed with its parent."""
    os.register_at_fork(before=_note_parent, after_in_child=_end_with_parent)


def _note_parent() -> None:
    global _parent
    _parent = os.getpid()


def _end_with_parent() -> None:
    end_with(_parent, signal.SIGKILL)


_parent = 0
# Loaded before any fork: between fork and exec nothing may be imported or looked up.
_prctl = ctypes.CDLL(None, use_errno=True).prctl if sys.platform == "linux" else None
