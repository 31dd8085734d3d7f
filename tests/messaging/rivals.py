"""Threads that do something at the same moment, each over a connection of its own."""

from collections.abc import Callable, Iterable
from threading import Thread

from django.db import connection


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

    threads = [Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised
