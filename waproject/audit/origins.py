"""From where something is done: each door of the system says it once, at its beginning."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_origin: ContextVar[str] = ContextVar("origin", default="")


def current_origin() -> str:
    """`web 192.0.2.1`, `command pause_campaign`, `job campaigns.jobs.complete_campaigns`; or ""."""
    return _origin.get()


@contextmanager
def origin(text: str) -> Iterator[None]:
    """What is done inside comes from here."""
    token = _origin.set(text)
    try:
        yield
    finally:
        _origin.reset(token)


def enter(text: str) -> None:
    """From now on this process works from here: a worker, which does one job after another."""
    _origin.set(text)
