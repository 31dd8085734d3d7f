"""The outcomes of one run that are not written down yet, and the writing of them."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

from django.db import InterfaceError, OperationalError

from messaging.delivery.settling.settlement import Outcome
from waproject.core.text.errors import kind_and_place

logger = logging.getLogger(__name__)

SETTLE_MOST = 500
SETTLE_EVERY_SECONDS = 0.3
# Where the wire is faster than the database, sending waits for the writing: what is not written
# costs memory, and is in doubt when the process is killed.
UNWRITTEN_MOST = 1_000
# Between the last tries to write down outcomes while the database is away.
LAST_TRIES_AFTER_SECONDS = (0.1, 0.5, 2.0)
# A batch that failed so often in a row is written one outcome at a time.
ALONE_AFTER = 2
# The database itself is away, or busy for too long: no outcome is to blame, and all of them stay.
# After so many such errors in one batch the rest of it is not tried now.
DATABASE_AWAY = (InterfaceError, OperationalError)
AWAY_AFTER = 3


class Outcomes:
    """What became of the requests of one run, kept until it is written down.

    `settle` writes a batch in one transaction, all of it or nothing. A batch that fails twice is
    written one outcome at a time, so that an outcome which cannot be written costs no other one.
    That outcome is logged and dropped: its delivery becomes uncertain when its claim ends, and
    the provider is asked what became of it.
    """

    def __init__(
        self, sender_id: int, settle: Callable[[Sequence[Outcome]], Awaitable[None]]
    ) -> None:
        self.sender_id = sender_id
        self._settle = settle
        self._waiting: list[Outcome] = []
        self._failures = 0
        self._one_writer = asyncio.Lock()
        self._written = asyncio.Event()

    def add(self, outcome: Outcome) -> None:
        self._waiting.append(outcome)

    async def wait_for_room(self, until: float) -> None:
        """Wait while too many are not written yet, at most to that moment of time.monotonic()."""
        while len(self._waiting) > UNWRITTEN_MOST and (left := until - time.monotonic()) > 0:
            self._written.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._written.wait(), left)

    async def keep_writing(self, over: asyncio.Event) -> None:
        """Write at short intervals until `over` is set."""
        while not over.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(over.wait(), SETTLE_EVERY_SECONDS)
            await self.write()

    async def write(self) -> bool:
        """Write down what has come so far; whether all of that is done with.

        What comes meanwhile makes the next batch larger. Raises nothing: what could not be
        written is still here for the next call.
        """
        async with self._one_writer:
            left, waiting = len(self._waiting), 0
            while left > 0:
                batch = self._waiting[: min(left, SETTLE_MOST)]
                kept = await self._write_batch(batch)
                # At the end, so that the others go first next time.
                self._waiting[: len(batch)] = []
                self._waiting += kept
                self._written.set()
                left, waiting = left - len(batch), waiting + len(kept)
                if len(kept) >= AWAY_AFTER:
                    return False
        return not waiting

    async def write_the_last(self) -> None:
        """Write down what is left; what cannot be written becomes uncertain with its claim."""
        for wait in LAST_TRIES_AFTER_SECONDS:
            if await self.write():
                return
            await asyncio.sleep(wait)
        if not await self.write():
            logger.error(
                "%d outcomes of sender %s were not written: these deliveries become uncertain.",
                len(self._waiting),
                self.sender_id,
            )

    async def _write_batch(self, batch: Sequence[Outcome]) -> Sequence[Outcome]:
        """Write a batch; return what is to be tried again."""
        try:
            await self._settle(batch)
        except Exception as error:
            self._failures += 1
            self._log("Outcomes of sender %s could not be written: %s", error)
            return batch if self._failures < ALONE_AFTER else await self._write_each(batch)
        self._failures = 0
        return ()

    async def _write_each(self, batch: Sequence[Outcome]) -> Sequence[Outcome]:
        """Write the outcomes of a batch one by one; return what is to be tried again."""
        kept: list[Outcome] = []
        for position, one in enumerate(batch):
            try:
                await self._settle([one])
            except DATABASE_AWAY as error:
                self._log("An outcome of sender %s must wait: %s", error)
                kept.append(one)
                if len(kept) == AWAY_AFTER:
                    return [*batch[position + 1 :], *kept]
            except Exception as error:
                self._log("An outcome of sender %s cannot be written: %s", error)
        return kept

    def _log(self, sentence: str, error: Exception) -> None:
        logger.error(sentence, self.sender_id, kind_and_place(error))
