from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import caches
from django.utils import timezone

from waproject.core.db import lately as counting
from waproject.core.db.lately import lately


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    caches["process"].clear()
    yield
    caches["process"].clear()


@pytest.fixture
def takes(monkeypatch):
    """Let each count take so many seconds."""

    def take(seconds: float) -> None:
        clock = iter(range(1_000))
        monkeypatch.setattr(counting, "perf_counter", lambda: next(clock) * seconds)

    return take


@pytest.mark.parametrize(("seconds", "kept_for"), [(0.5, 10), (1_000, 60)])
def test_what_was_counted_is_kept_twenty_times_as_long_as_it_took(takes, seconds, kept_for):
    takes(seconds)
    numbers = iter(range(10))

    with time_machine.travel(timezone.now(), tick=False) as clock:
        found = [lately("n", lambda: next(numbers)) for _time in range(2)]
        clock.shift(timedelta(seconds=kept_for - 1))
        found.append(lately("n", lambda: next(numbers)))
        clock.shift(timedelta(seconds=2))
        found.append(lately("n", lambda: next(numbers)))

    assert [one.value for one in found] == [0, 0, 0, 1]
    assert found[3].at - found[0].at == timedelta(seconds=kept_for + 1)


def test_each_name_is_counted_by_itself(takes):
    takes(1)

    assert [lately(name, lambda name=name: name).value for name in "ab"] == ["a", "b"]
