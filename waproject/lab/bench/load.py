"""A load of prepared HTTP requests over kept connections, as cheap as Python makes it."""

import asyncio
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import cast

CONNECTIONS = 64
# Then a line is closed and opened anew: so that whichever server process is free gets it, and none
# is left with most of the lines for the whole run.
REQUESTS_PER_CONNECTION = 25

CLOSES = re.compile(rb"\r\nconnection: *close", re.IGNORECASE)
HEAD_ENDS = b"\r\n\r\n"
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


@dataclass
class Answers:
    """How long a load took, in seconds, and how often each HTTP status came; 0 is no answer."""

    seconds: float = 0.0
    statuses: Counter[int] = field(default_factory=Counter)

    @property
    def rate(self) -> float:
        """Answers per second."""
        return self.statuses.total() / self.seconds

    def demand_success(self) -> None:
        """Raise RuntimeError when there was an answer other than yes, or none."""
        if refused := {code: n for code, n in self.statuses.items() if not 200 <= code < 300}:
            raise RuntimeError(f"Not every request was answered well: {refused}")


def send(port: int, requests: Sequence[bytes], connections: int = CONNECTIONS) -> Answers:
    """Post each request once to this port of this machine; return when all are answered."""
    return asyncio.run(_send(port, requests, connections))


async def _send(port: int, requests: Sequence[bytes], connections: int) -> Answers:
    answers = Answers()
    waiting = iter(requests)
    begun = time.perf_counter()
    await asyncio.gather(*(_work(port, waiting, answers) for _line in range(connections)))
    answers.seconds = time.perf_counter() - begun
    return answers


async def _work(port: int, waiting: Iterator[bytes], answers: Answers) -> None:
    loop = asyncio.get_running_loop()
    for first in waiting:
        done: asyncio.Future[None] = loop.create_future()
        await loop.create_connection(
            lambda first=first, done=done: _Line(first, waiting, answers, done),  # type: ignore[misc]
            "127.0.0.1",
            port,
        )
        await done


class _Line(asyncio.Protocol):
    """One connection: a request, its answer, the next one, until it has had its share."""

    def __init__(
        self,
        first: bytes,
        waiting: Iterator[bytes],
        answers: Answers,
        done: asyncio.Future[None],
    ) -> None:
        self._waiting = waiting
        self._answers = answers
        self._done = done
        self._left = REQUESTS_PER_CONNECTION
        self._received = b""
        self._asked: bytes | None = first
        self._write: Callable[[bytes], None]

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._write = self._transport.write
        self._ask()

    def data_received(self, data: bytes) -> None:
        self._received += data
        size = size_of(self._received)
        if size is None or len(self._received) < size:
            return
        self._answers.statuses[int(self._received[9:12])] += 1
        is_last = is_last_of_its_line(self._received[:size])
        self._received = self._received[size:]
        self._left = 0 if is_last else self._left - 1
        self._asked = next(self._waiting, None) if self._left else None
        if self._asked is None:
            self._transport.close()
        else:
            self._ask()

    def connection_lost(self, error: Exception | None) -> None:
        if self._asked is not None:
            self._answers.statuses[0] += 1
        self._done.set_result(None)

    def _ask(self) -> None:
        if self._asked is not None:
            self._write(self._asked)


def size_of(received: bytes) -> int | None:
    """The length in bytes of the answer that begins here; None while its head is incomplete."""
    end = received.find(HEAD_ENDS)
    if end < 0:
        return None
    length = LENGTH.search(received, 0, end)
    return end + len(HEAD_ENDS) + (int(length[1]) if length else 0)


def is_last_of_its_line(answer: bytes) -> bool:
    """Whether the server takes no further request on the connection of this answer."""
    return bool(CLOSES.search(answer, 0, answer.find(HEAD_ENDS)))
