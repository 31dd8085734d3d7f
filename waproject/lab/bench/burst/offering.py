"""Requests that are offered at their times, whether the ones before are answered or not."""

import asyncio
import math
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from waproject.lab.bench.load import size_of

LOCAL = "127.0.0.1"
# The provider waits so many seconds for an answer; the bench longer, to tell late from lost.
PATIENCE, LAST = 15.0, 120.0


@dataclass(frozen=True, slots=True)
class Offer:
    """A request as HTTP, and when it is offered, in seconds from the beginning."""

    at: float
    request: bytes


@dataclass
class Answered:
    """What came back: how often each HTTP status, and how long each answer took, in seconds.

    A request without an answer has the status 0 and no time. `seconds` go from the first offer to
    the last answer. `bodies` are those of the answers, in no order.
    """

    statuses: Counter[int] = field(default_factory=Counter)
    times: list[float] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        """Answers per second."""
        return len(self.times) / self.seconds

    def within(self, seconds: float) -> int:
        """How many were answered well within that time."""
        return sum(one <= seconds for one in self.times)

    def percentile(self, share: float) -> float:
        """The time within which that share of the answers came; infinite without any."""
        ordered = sorted(self.times)
        return ordered[math.ceil(share * len(ordered)) - 1] if ordered else math.inf


def offer(port: int, offers: Sequence[Offer]) -> Answered:
    """Post each request once, at its time, to this port of this machine."""
    return asyncio.run(_Offering(port).all(offers))


class _Offering:
    def __init__(self, port: int) -> None:
        self._port = port
        self.answered = Answered()

    async def all(self, offers: Sequence[Offer]) -> Answered:
        began = time.perf_counter()
        waiting = []
        for one in sorted(offers, key=lambda one: one.at):
            left = began + one.at - time.perf_counter()
            if left > 0:
                await asyncio.sleep(left)
            waiting.append(asyncio.ensure_future(self._one(one, began)))
        _done, late = await asyncio.wait(waiting, timeout=LAST)
        for task in late:
            task.cancel()
        self.answered.statuses[0] += len(late)
        self.answered.seconds = time.perf_counter() - began
        return self.answered

    async def _one(self, offered: Offer, began: float) -> None:
        try:
            status, body = await self._post(offered.request)
        except OSError:
            self.answered.statuses[0] += 1
            return
        self.answered.times.append(time.perf_counter() - began - offered.at)
        self.answered.statuses[status] += 1
        self.answered.bodies.append(body)

    async def _post(self, request: bytes) -> tuple[int, bytes]:
        """The HTTP status and the body of an answer. Raises OSError when there is none."""
        loop = asyncio.get_running_loop()
        transport, line = await loop.create_connection(_Line, LOCAL, self._port)
        transport.write(request)
        try:
            return await line.answer
        finally:
            transport.close()


class _Line(asyncio.Protocol):
    """A connection for one request, as the proxy in front of the site makes them."""

    def __init__(self) -> None:
        self._received = b""
        self.answer: asyncio.Future[tuple[int, bytes]] = asyncio.get_running_loop().create_future()

    def data_received(self, data: bytes) -> None:
        self._received += data
        size = size_of(self._received)
        if size is not None and len(self._received) >= size and not self.answer.done():
            body = self._received.partition(b"\r\n\r\n")[2]
            self.answer.set_result((int(self._received[9:12]), body))

    def connection_lost(self, error: Exception | None) -> None:
        if not self.answer.done():
            self.answer.set_exception(ConnectionError())
