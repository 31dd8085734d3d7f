"""What a run keeps until it is written down, when writing fails."""

import asyncio
import time
from dataclasses import dataclass

import pytest
from django.db import DataError, OperationalError

from messaging.delivery.sending import outcomes
from messaging.delivery.sending.outcomes import Outcomes

BATCH = 4


@dataclass
class Database:
    """Stands for the settling of outcomes, which are plain numbers here."""

    poisoned: dict[int, Exception]
    away_for: int = 0
    calls: int = 0

    def __post_init__(self):
        self.written: list[int] = []

    async def settle(self, batch):
        self.calls += 1
        if self.calls <= self.away_for:
            raise OperationalError("the connection is closed")
        for one in batch:
            if one in self.poisoned:
                raise self.poisoned[one]
        self.written += batch


@pytest.fixture(autouse=True)
def small_batches(monkeypatch):
    monkeypatch.setattr(outcomes, "SETTLE_MOST", BATCH)
    monkeypatch.setattr(outcomes, "LAST_TRIES_AFTER_SECONDS", (0, 0, 0))


def write(database: Database, count: int, *, rounds: int = 0) -> Outcomes:
    """Write outcomes 0 to count - 1, in so many rounds before the last one."""

    async def go() -> Outcomes:
        kept = Outcomes(7, database.settle)
        for number in range(count):
            kept.add(number)
        for _round in range(rounds):
            await kept.write()
        await kept.write_the_last()
        return kept

    return asyncio.run(go())


@pytest.mark.parametrize(
    "error",
    [
        DataError("value +56975400946 too long"),
        ValueError("+56975400946"),
        TypeError("+56975400946"),
        UnicodeEncodeError("utf-8", "+56975400946", 0, 1, "surrogates not allowed"),
        RuntimeError("+56975400946"),
        OperationalError("+56975400946"),
    ],
    ids=lambda error: type(error).__name__,
)
@pytest.mark.parametrize("bad", [{0}, {5}, {9}, {0, 1, 2, 3}, {1, 6, 8}], ids=str)
@pytest.mark.parametrize("rounds", [0, 3])
def test_write_loses_no_other_outcome_to_one_that_cannot_be_written(error, bad, rounds, caplog):
    database = Database(dict.fromkeys(bad, error))

    write(database, 10, rounds=rounds)

    assert sorted(database.written) == [one for one in range(10) if one not in bad]
    assert ("sender 7" in caplog.text, "+56975400946" in caplog.text) == (True, False)


@pytest.mark.parametrize("away_for", [1, 2, 3])
def test_write_loses_nothing_while_the_database_is_away(away_for):
    database = Database({}, away_for=away_for)

    write(database, 10)

    assert sorted(database.written) == [*range(10)]


def test_write_the_last_counts_what_a_database_that_stays_away_has_lost(caplog):
    write(Database({}, away_for=1_000), 10)

    assert "10 outcomes of sender 7 were not written" in caplog.text


def test_keep_writing_goes_on_after_an_error_of_any_kind(monkeypatch):
    monkeypatch.setattr(outcomes, "SETTLE_EVERY_SECONDS", 0.001)
    database = Database({0: RuntimeError("bug")})

    async def go():
        kept, over = Outcomes(7, database.settle), asyncio.Event()
        writing = asyncio.create_task(kept.keep_writing(over))
        for number in range(3):
            kept.add(number)
            await asyncio.sleep(0.02)
        over.set()
        await writing

    asyncio.run(go())

    assert database.written == [1, 2]


def test_sending_waits_for_the_writing_and_no_longer_than_its_time(monkeypatch):
    monkeypatch.setattr(outcomes, "UNWRITTEN_MOST", BATCH)
    database = Database({})

    async def go() -> None:
        kept = Outcomes(7, database.settle)
        for number in range(3 * BATCH):
            kept.add(number)
        await kept.wait_for_room(time.monotonic() + 0.01)
        assert not database.written  # nobody writes

        writing = asyncio.create_task(kept.write())
        await kept.wait_for_room(time.monotonic() + 60)
        assert len(database.written) >= 2 * BATCH
        await writing

    asyncio.run(go())
