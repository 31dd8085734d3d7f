"""Requests at their times, against a server of the test."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from waproject.lab.bench.burst.offering import Answered, Offer, offer

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n<Response/>"


@contextmanager
def answering(answer: bytes, after: float = 0.0) -> Iterator[tuple[int, list[float]]]:
    """A server that answers each connection so; yields its port and when each request came."""
    came: list[float] = []

    def serve(line: socket.socket) -> None:
        with line:
            line.recv(1_000)
            came.append(time.perf_counter())
            time.sleep(after)
            line.sendall(answer)

    def accept() -> None:
        while True:
            try:
                line, _address = server.accept()
            except OSError:
                return
            threading.Thread(target=serve, args=[line]).start()

    with socket.create_server(("127.0.0.1", 0), backlog=100) as server:
        thread = threading.Thread(target=accept)
        thread.start()
        yield server.getsockname()[1], came
        server.shutdown(socket.SHUT_RDWR)
        thread.join()


def test_each_is_offered_at_its_time_whatever_became_of_those_before():
    with answering(OK, after=0.3) as (port, came):
        answered = offer(port, [Offer(0.05 * number, b"POST") for number in range(4)])

    assert came[-1] - came[0] < 0.3
    assert answered.statuses == {200: 4, 0: 0}
    assert answered.bodies == [b"<Response/>"] * 4
    assert 0.3 <= min(answered.times) <= answered.percentile(1.0) < 1.0


def test_what_gets_no_answer_is_counted_as_none():
    with answering(b"") as (port, _came):
        answered = offer(port, [Offer(0.0, b"POST")])

    assert (answered.statuses[0], answered.times) == (1, [])


def test_percentiles_are_times_within_which_so_many_were_answered():
    answered = Answered(times=[0.4, 0.1, 0.3, 0.2], seconds=2.0)

    assert [answered.percentile(share) for share in (0.25, 0.5, 0.99)] == [0.1, 0.2, 0.4]
    assert (answered.within(0.2), answered.rate) == (2, 2.0)
