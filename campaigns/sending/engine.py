"""One worker's run over one campaign: claim, look, send at the sender's rate, settle."""

import asyncio
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from functools import wraps
from typing import ParamSpec, TypeVar

from asgiref.sync import async_to_sync, sync_to_async
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone

from campaigns.models import Campaign, Recipient
from campaigns.sending import claims, reconciliation
from campaigns.sending.requests import outbound_request
from campaigns.sending.settlement import Outcome, settle
from campaigns.sending.slots import WORTH_WAITING, reserve
from messaging.attempts import persistently
from messaging.twilio.gateway import Accepted, Gateway, NotAccepted, Result

logger = logging.getLogger(__name__)

# A connection that is gone is told by either of them.
DATABASE_TROUBLE = (DatabaseError, InterfaceError)

P = ParamSpec("P")
T = TypeVar("T")

# A group of requests shares one last look at opt-outs and the campaign's state. It spans this
# many seconds of slots, so that what is committed takes effect well within a second.
GROUP_SECONDS = 0.25
# The look happens this long before the group's first slot: a look that takes a while, on a busy
# machine, must not push the requests together.
LOOK_AHEAD_SECONDS = 0.25
# A group whose look took longer still gives up its slots for later ones, rather than burst.
SLOT_LATE_SECONDS = 0.05
# Requests that missed their slots by less go out at this many times the rate, not all at once.
CATCH_UP = 1.05
# A request that could not begin within this time of its look is given back instead.
LOOK_VALID_SECONDS = 0.9
# A slot further away than this is not reserved: the worker would hold it and do nothing.
SLOT_HORIZON_SECONDS = 2.0
IN_FLIGHT_MOST = 500
SETTLE_MOST = 200
SETTLE_EVERY_SECONDS = 0.2
LANE_SECONDS_MOST = 30.0
# Between the last tries to write down outcomes while the database is away.
LAST_TRIES_AFTER_SECONDS = (0.1, 0.5, 2.0)
# After this many refusals in a row ("slow down", no connection) the worker waits.
REFUSALS_IN_A_ROW = 10
REFUSED_PAUSE_SECONDS = 2.0


def run(campaign: Campaign, *, seconds: float) -> int:
    """Send for an active campaign for about `seconds`; return how many messages were accepted.

    Ends earlier when nothing is due and nothing becomes due within that time. Every claim of this
    run is settled or given back when it returns. The caller holds the campaign's lane.
    """
    return async_to_sync(Run(campaign, seconds).go)()


def lane_seconds() -> float:
    """How long a worker holds its campaign: no longer than it holds its claims.

    So both are free at the same moment when it dies.
    """
    return min(LANE_SECONDS_MOST, settings.SENDING_LEASE_SECONDS)


def database(function: Callable[P, T]) -> Callable[P, "asyncio.Future[T]"]:
    """The function as a coroutine on the one thread that owns the database connection.

    Each is one transaction of its own, so a deadlock is answered by doing it again. A connection
    that broke is closed, so that the next call opens a new one.
    """
    repeated = persistently(function)

    @wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return repeated(*args, **kwargs)
        except DATABASE_TROUBLE:
            connection.close_if_unusable_or_obsolete()
            raise

    return sync_to_async(call, thread_sensitive=True)  # type: ignore[return-value]


class Run:
    """The state of one run. Database work happens on the calling thread, requests on the loop."""

    def __init__(self, campaign: Campaign, seconds: float) -> None:
        self.campaign = campaign
        self.rate = campaign.rate
        self.deadline = time.monotonic() + seconds
        self.in_flight: set[asyncio.Task[None]] = set()
        self.outcomes: list[Outcome] = []
        self.accepted = 0
        self.refused_in_a_row = 0
        self.lane_until = 0.0
        self.next_turn = 0.0
        self.over = asyncio.Event()
        self.one_settlement = asyncio.Lock()

    async def go(self) -> int:
        async with Gateway() as gateway:
            self.gateway = gateway
            settling = asyncio.create_task(self.keep_settling())
            try:
                await self.send_what_is_due()
            finally:
                await self.finish_in_flight()
                self.over.set()
                await settling
                await self.settle_the_last()
        return self.accepted

    @property
    def time_left(self) -> float:
        return self.deadline - time.monotonic()

    @property
    def patience(self) -> timedelta:
        """How far off what comes due may be for this run to wait for it."""
        if self.campaign.per_hour:
            return WORTH_WAITING
        return timedelta(seconds=self.time_left)

    async def send_what_is_due(self) -> None:
        while self.time_left > 0:
            await self.keep_lane()
            taken = await database(claims.claim)(
                self.campaign.pk, claims.claim_size(self.rate), now=timezone.now()
            )
            if taken.recipients:
                await self.send(taken.recipients)
            elif not taken.seen and not await self.wait_for_more():
                return

    async def keep_lane(self) -> None:
        if time.monotonic() > self.lane_until:
            self.lane_until = time.monotonic() + lane_seconds() / 3
            await database(claims.keep_lane)(
                self.campaign.pk, now=timezone.now(), seconds=lane_seconds()
            )

    async def wait_for_more(self) -> bool:
        """Nothing is due: settle, reconcile, wait for what comes due. False when nothing will."""
        await self.finish_in_flight()
        await self.try_to_settle()
        if await reconciliation.reconcile_due(self.gateway, campaign_id=self.campaign.pk):
            return True
        moment = await database(reconciliation.next_moment)(self.campaign.pk)
        if moment is None or moment > timezone.now() + self.patience:
            return False
        wait = (moment - timezone.now()).total_seconds()
        await asyncio.sleep(min(max(wait, 0.02), 1.0))
        return True

    async def send(self, recipients: Sequence[Recipient]) -> None:
        """Send claimed recipients group by group; what may not or cannot leave is given back."""
        groups = list(grouped(recipients, max(1, int(self.rate * GROUP_SECONDS))))
        for number, group in enumerate(groups):
            await self.wait_for_room(len(group))
            # Where many campaigns share a sender a claim may end before its slots come: taken
            # again, it has a new lease, and no slot is wasted on what may not leave any more.
            is_stale = number > 0 and ends_soon(group)
            chance = None if is_stale else await self.look_in_time(group)
            if chance is None:
                unsent = [one for rest in groups[number:] for one in rest]
                await database(claims.give_back)(unsent)
                return
            leaving, start, looked_at = chance
            for position, one in enumerate(leaving):
                slot = start + position / self.rate
                task = asyncio.create_task(self.deliver(one, slot, looked_at))
                self.in_flight.add(task)
                task.add_done_callback(self.in_flight.discard)
            if not leaving and len(groups) > number + 1:
                # Paused, cancelled or all opted out: the rest would only waste slots.
                rest = [one for later in groups[number + 1 :] for one in later]
                await database(claims.give_back)(rest)
                return

    async def look_in_time(
        self, group: Sequence[Recipient]
    ) -> tuple[list[Recipient], float, float] | None:
        """Who of a group may leave, the time of the first slot, and when the look was.

        None when the run ends before a slot is free.
        """
        while (start := await self.reserve_slots(len(group))) is not None:
            await asyncio.sleep(start - LOOK_AHEAD_SECONDS - time.time())
            looked_at = time.monotonic()
            leaving = await database(claims.last_look)(group)
            if not leaving or time.time() <= start + SLOT_LATE_SECONDS:
                return leaving, start, looked_at
            group = leaving
        return None

    async def wait_for_room(self, count: int) -> None:
        """Wait until `count` more requests may be in flight, and until the provider takes them."""
        if self.refused_in_a_row >= REFUSALS_IN_A_ROW:
            await asyncio.sleep(min(REFUSED_PAUSE_SECONDS, max(self.time_left, 0)))
            self.refused_in_a_row = 0
        while self.in_flight and len(self.in_flight) + count > IN_FLIGHT_MOST:
            await asyncio.wait(self.in_flight, return_when=asyncio.FIRST_COMPLETED)

    async def reserve_slots(self, count: int) -> float | None:
        """The first of `count` reserved slots; None when the run ends before one is free."""
        while self.time_left > 0:
            start = await database(reserve)(
                self.campaign.sender_id,
                count,
                horizon=SLOT_HORIZON_SECONDS,
                lead=LOOK_AHEAD_SECONDS,
                paced_campaign=self.campaign.pk if self.campaign.per_hour else None,
            )
            if start is not None:
                return start
            await asyncio.sleep(min(GROUP_SECONDS, max(self.time_left, 0)))
        return None

    async def deliver(self, recipient: Recipient, slot: float, looked_at: float) -> None:
        """Send one message in its slot, unless the last look at it has grown old meanwhile."""
        await asyncio.sleep(slot - time.time())
        await asyncio.sleep(self.take_turn() - time.time())
        if time.monotonic() - looked_at > LOOK_VALID_SECONDS:
            result: Result = NotAccepted("the worker was held up", retry_after=0)
        else:
            result = await self.gateway.send(outbound_request(self.campaign, recipient))
        if isinstance(result, NotAccepted):
            self.refused_in_a_row += 1
        else:
            self.refused_in_a_row = 0
            self.accepted += isinstance(result, Accepted)
        self.outcomes.append(Outcome(recipient, result, timezone.now()))

    def take_turn(self) -> float:
        """When the next request may begin: what a busy machine delayed is caught up slowly."""
        turn = max(time.time(), self.next_turn)
        self.next_turn = turn + 1 / (self.rate * CATCH_UP)
        return turn

    async def keep_settling(self) -> None:
        while not self.over.is_set():
            await asyncio.sleep(SETTLE_EVERY_SECONDS)
            await self.try_to_settle()

    async def try_to_settle(self) -> None:
        try:
            await self.settle_now()
        except DATABASE_TROUBLE:
            # The outcomes are still in memory: the next round, or the last one, tries again.
            logger.exception("Outcomes of campaign %s could not be written", self.campaign.pk)

    async def settle_now(self) -> None:
        async with self.one_settlement:
            while self.outcomes:
                batch = self.outcomes[:SETTLE_MOST]
                await database(settle)(self.campaign, batch)
                del self.outcomes[: len(batch)]

    async def settle_the_last(self) -> None:
        """Write down what is left. What cannot be written becomes uncertain with its lease."""
        for wait in LAST_TRIES_AFTER_SECONDS:
            try:
                return await self.settle_now()
            except DATABASE_TROUBLE:
                logger.exception("The last outcomes of campaign %s must wait", self.campaign.pk)
                await asyncio.sleep(wait)
        return await self.settle_now()

    async def finish_in_flight(self) -> None:
        while self.in_flight:
            await asyncio.wait(self.in_flight)


def ends_soon(group: Sequence[Recipient]) -> bool:
    """Whether the claim of a group may end before a slot that is reserved now."""
    ends = group[0].lease_expires_at
    return ends is not None and ends < timezone.now() + timedelta(seconds=SLOT_HORIZON_SECONDS)


def grouped(recipients: Sequence[Recipient], size: int) -> Iterator[Sequence[Recipient]]:
    for start in range(0, len(recipients), size):
        yield recipients[start : start + size]
