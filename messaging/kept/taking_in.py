"""Taking in what is kept, in order, when the database is back."""

import logging
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from django.db import Error as DatabaseTrouble
from django.db import InterfaceError, OperationalError, connection

from messaging.inbound.receive import log_failure, receive, receive_together
from messaging.kept.folder import Folder
from messaging.providers.base import Arrival
from waproject.tenants.preferences import local_time
from waproject.tenants.scope import current_tenant_id, in_tenant

logger = logging.getLogger(__name__)

Trouble = OperationalError | InterfaceError

# One task's share of a tick; the next goes on.
SECONDS = 25.0
# So many are read at a time, and share transactions as those at the door do: what comes meanwhile
# goes behind them, and must not come faster than they are taken in.
TOGETHER = 20
# How long after one attempt the next follows, while the database stays away.
AGAIN_AFTER = 1.0


def take_in(seconds: float = SECONDS) -> int:
    """Take in what the scope's business has on this machine, oldest first, for about so long.

    Returns how many messages. None while another process is at it. Each is answered by a message of
    its own, since the request that brought it is over. One that can never be stored is set aside,
    and does not hold up those after it. Raises OperationalError or InterfaceError when the database
    stores none: they wait, in their order.
    """
    folder, taken = Folder.of_tenant(), 0
    with folder.alone() as is_ours:
        if is_ours:
            taken = _take_in_all(folder, time.monotonic() + seconds)
    if taken:
        logger.warning("Took in %d messages that were kept while the database was away.", taken)
    return taken


def _take_in_all(folder: Folder, deadline: float) -> int:
    """Until nothing is left: what comes meanwhile is there the next time the folder is read."""
    taken = 0
    while files := folder.in_order():
        for start in range(0, len(files), TOGETHER):
            if time.monotonic() > deadline:
                return taken
            try:
                taken += _take_in(folder, files[start : start + TOGETHER], deadline)
            except (OperationalError, InterfaceError):
                if taken:
                    return taken
                raise
    return taken


def _take_in(folder: Folder, files: Sequence[Path], deadline: float) -> int:
    """Take in messages that were kept one after the other; returns how many are stored.

    One with which the database fails, while it stores others, goes behind them: it must not hold
    them up. Raises the error where it stores none.
    """
    arrivals = {file: one for file in files if (one := _read(folder, file))}
    taken = _take_in_together(arrivals)
    failed = _take_in_one_by_one(folder, arrivals, taken, deadline)
    for file in taken:
        file.unlink()
    for file, trouble in failed.items():
        if not taken:
            raise trouble
        folder.put_behind(file)
    return len(taken)


def _take_in_one_by_one(
    folder: Folder, arrivals: Mapping[Path, Arrival], taken: set[Path], deadline: float
) -> dict[Path, Trouble]:
    """Take in what is not `taken`, and add it there; returns those with which the database fails.

    Whose message failed waits with their later ones.
    """
    failed: dict[Path, Trouble] = {}
    for file, arrival in arrivals.items():
        waits = any(arrivals[one].addresses & arrival.addresses for one in failed)
        if file in taken or waits:
            continue
        try:
            if _take_in_alone(folder, file, arrival):
                taken.add(file)
        except (OperationalError, InterfaceError) as error:
            failed[file] = error
        if time.monotonic() > deadline:
            break
    return failed


def _take_in_together(arrivals: Mapping[Path, Arrival]) -> set[Path]:
    """Those that can share transactions; none when the database fails, maybe with one of them."""
    going = [file for file, one in arrivals.items() if one.addresses]
    try:
        taken = receive_together([arrivals[file] for file in going])
    except (OperationalError, InterfaceError):
        return set()
    return {file for file, one in zip(going, taken, strict=True) if one}


def _read(folder: Folder, file: Path) -> Arrival | None:
    try:
        return folder.read(file)
    except (ValueError, KeyError, TypeError) as error:
        log_failure(file.name, error)
        folder.set_aside(file)
        return None


def _take_in_alone(folder: Folder, file: Path, arrival: Arrival) -> bool:
    """Take in one message; False when it can never be stored. Raises as `take_in`."""
    try:
        receive(arrival)
    except (OperationalError, InterfaceError):
        raise
    except DatabaseTrouble as error:
        log_failure(file.name, error)
        folder.set_aside(file)
        return False
    return True


class _Soon:
    """A thread of this process for each business, which takes in what is kept until it is gone."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._threads: dict[int, threading.Thread] = {}

    def take_in(self) -> None:
        """See to it that what the scope's business has on this machine is taken in soon."""
        tenant_id = current_tenant_id()
        with self._lock:
            known = self._threads.get(tenant_id)
            if known and known.is_alive():
                return
            thread = threading.Thread(target=self._work, args=[tenant_id], daemon=True)
            self._threads[tenant_id] = thread
            thread.start()

    def _work(self, tenant_id: int) -> None:
        try:
            with in_tenant(tenant_id):
                while not self._is_done(tenant_id):
                    time.sleep(AGAIN_AFTER)
                    self._attempt()
        finally:
            connection.close()

    def _is_done(self, tenant_id: int) -> bool:
        """Whether nothing is left. What is kept after that finds no thread, and starts one."""
        with self._lock:
            is_done = Folder.of_tenant().is_empty
            if is_done:
                del self._threads[tenant_id]
            return is_done

    def _attempt(self) -> None:
        try:
            with local_time():
                take_in()
        except (OperationalError, InterfaceError) as error:
            logger.warning("Messages stay on the disk: %s.", type(error).__name__)
            connection.close_if_unusable_or_obsolete()


_soon = _Soon()


def take_in_soon() -> None:
    """Have what is kept on this machine taken in by a thread of this process, from now on."""
    _soon.take_in()
