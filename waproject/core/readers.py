"""For whom a page or a file is made: what they may not read is left out or masked on the way.

A request is read by its user and an export by its owner. What the system does by itself, and what
an operator asks at the command line, has no reader here and is given whole.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Reader:
    """A user, and what was asked of their rights so far: an export asks for each row."""

    user: Any
    rights: dict[str, bool] = field(default_factory=dict)


_reader: ContextVar[_Reader | None] = ContextVar("reader", default=None)


def reader_has(permission: str) -> bool:
    """Whether the user for whom this is made has a permission; True where there is no such user.

    Asked once for a request or a file.
    """
    reader = _reader.get()
    if reader is None:
        return True
    if permission not in reader.rights:
        reader.rights[permission] = bool(reader.user.has_perm(permission))
    return reader.rights[permission]


@contextmanager
def read_by(user: Any) -> Iterator[None]:
    """What is made inside is for this user; None: for nobody in particular."""
    token = _reader.set(None if user is None else _Reader(user))
    try:
        yield
    finally:
        _reader.reset(token)


class ReaderMiddleware:
    """Says of each request that its answer is for its user, the rows of a download included."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with read_by(request.user):
            response = self.get_response(request)
        if response.streaming:
            stream = cast(StreamingHttpResponse, response)
            rows = cast(Iterable[bytes], stream.streaming_content)
            stream.streaming_content = _each_read_by(request.user, rows)
        return response


def _each_read_by(user: Any, items: Iterable[T]) -> Iterator[T]:
    """The items, each of them made for the user."""
    remaining = iter(items)
    while True:
        with read_by(user):
            try:
                item = next(remaining)
            except StopIteration:
                return
        yield item
