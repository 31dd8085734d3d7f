"""Threads that do something at the same moment, each over a connection of its own."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from contextvars import copy_context
from functools import partial
from threading import Thread

from django.db import connection

PATIENCE = 20.0


def in_a_thread(work: Callable[[], object]) -> Thread:
    """A thread, not started, that does the work in the scope of the tenant of now."""
    return Thread(target=copy_context().run, args=[work], daemon=True)


def all_at_once(works: Iterable[Callable[[], object]]) -> list[BaseException]:
    """Run each in a thread of its own; return what they raised."""
    raised: list[BaseException] = []

    def run(work: Callable[[], object]) -> None:
        try:
            work()
        except BaseException as error:
            raised.append(error)
        finally:
            connection.close()

    threads = [in_a_thread(partial(run, work)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


@contextmanager
def held_up(work: Callable[[], object], *, by: str, row: int) -> Iterator[None]:
    """The work, in a thread of its own, waits for that row of the table `by`; then it goes on."""
    raised: list[BaseException] = []
    thread = in_a_thread(lambda: raised.extend(all_at_once([work])))
    with closing(connection.copy()) as other, other.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute(f"SELECT FROM {by} WHERE id = %s FOR UPDATE", [row])
        thread.start()
        wait_until_one_waits()
        yield
        cursor.execute("ROLLBACK")
    thread.join(PATIENCE)
    assert (thread.is_alive(), raised) == (False, [])


@contextmanager
def changed_elsewhere(table: str, *rows: int) -> Iterator[None]:
    """Another transaction, which goes on, has changed those rows, and so holds them."""
    with closing(connection.copy()) as other, other.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute(f"UPDATE {table} SET id = id WHERE id = ANY(%s)", [[*rows]])  # noqa: S608
        yield
        cursor.execute("ROLLBACK")


def ends(work: Callable[[], object], within: float = 5.0) -> bool:
    """Whether the work, in a thread of its own, ends within so many seconds, without an error."""
    raised: list[BaseException] = []
    thread = in_a_thread(lambda: raised.extend(all_at_once([work])))
    thread.start()
    thread.join(within)
    return not (thread.is_alive() or raised)


def free(table: str, strength: str = "NO KEY UPDATE") -> set[int]:
    """The ids of the rows that another connection can lock now."""
    with closing(connection.copy()) as other, other.cursor() as cursor:
        cursor.execute(f"SELECT id FROM {table} FOR {strength} SKIP LOCKED")  # noqa: S608
        return {pk for (pk,) in cursor.fetchall()}


def wait_until_one_waits() -> None:
    """Return when a transaction of this database waits for a lock."""
    waiting = (
        "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid)"
        " WHERE datname = current_database() AND NOT granted"
    )
    deadline = time.monotonic() + PATIENCE
    with connection.cursor() as cursor:
        while cursor.execute(waiting).fetchone() == (0,):
            assert time.monotonic() < deadline, "nobody waits for a lock"
            time.sleep(0.01)
            # Within a transaction the view would show the same again.
            cursor.execute("SELECT pg_stat_clear_snapshot()")
