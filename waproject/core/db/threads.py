"""The threads of a run that talk to the database, each over the connection that it owns."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import wraps
from typing import ParamSpec, TypeVar

from asgiref.sync import sync_to_async
from django.db import DatabaseError, InterfaceError, connection, connections

from waproject.core.db.retry import persistently

# A lost connection raises one of these.
DATABASE_TROUBLE = (DatabaseError, InterfaceError)

P = ParamSpec("P")
T = TypeVar("T")


def database(
    function: Callable[P, T], thread: ThreadPoolExecutor | None = None
) -> Callable[P, asyncio.Future[T]]:
    """The function as a coroutine on `thread`, or on the one that called the run.

    Each is one transaction of its own, so a deadlock is answered by doing it again. A connection
    that broke is closed, so that the next call opens a new one.
    """
    repeated = persistently(function)

    @wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return repeated(*args, **kwargs)
        except DATABASE_TROUBLE:
            connection.close_if_unusable_or_obsolete()
            raise

    return sync_to_async(  # type: ignore[return-value]
        call, thread_sensitive=thread is None, executor=thread
    )


def second_thread() -> ThreadPoolExecutor | None:
    """A thread with a connection of its own, to be ended by `end`; None where one has to do.

    Claims and looks need not wait there until outcomes are written. SQLite has one writer however
    many connections there are; and what the caller's transaction holds no other connection sees.
    """
    if connection.vendor != "postgresql" or connection.in_atomic_block:
        return None
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="settling")


def end(thread: ThreadPoolExecutor | None) -> None:
    """Close the connection of a second thread, and wait for its end."""
    if thread is not None:
        thread.submit(connections.close_all).result()
        thread.shutdown()
