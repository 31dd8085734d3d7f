"""Local TCP ports."""

import socket
import time
from collections.abc import Callable

LOCAL = "127.0.0.1"


def free_port() -> int:
    """A port of this machine that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((LOCAL, 0))
        return int(probe.getsockname()[1])


def is_free(port: int) -> bool:
    """Whether a server could listen on this port of 127.0.0.1."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOCAL, port))
        except OSError:
            return False
    return True


def answers(port: int) -> bool:
    """Whether a server accepts connections on this port of 127.0.0.1."""
    try:
        socket.create_connection((LOCAL, port), timeout=1).close()
    except OSError:
        return False
    return True


def wait_for_port(port: int, *, seconds: float, meanwhile: Callable[[], None]) -> bool:
    """Whether a server came to answer within so many seconds.

    `meanwhile` is called between two looks; it may raise to end the wait.
    """
    deadline = time.monotonic() + seconds
    while not answers(port):
        meanwhile()
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
