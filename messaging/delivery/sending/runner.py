"""One worker's run over one sender: claim, look, send at the sender's rate, settle."""

import asyncio
import heapq
import logging
import math
import time
from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from typing import NamedTuple

from asgiref.sync import async_to_sync
from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from messaging.delivery.claiming import claims
from messaging.delivery.claiming.claims import Claimed
from messaging.delivery.claiming.streams import due_turns
from messaging.delivery.lanes import Hold, lane_seconds
from messaging.delivery.sending.dispatch import SLOT_LATE_SECONDS, Clearance, Dispatch
from messaging.delivery.sending.outcomes import Outcomes
from messaging.delivery.sending.requests import outbound_request
from messaging.delivery.settling import reconciliation
from messaging.delivery.settling.settlement import Outcome, settle
from messaging.delivery.timing.moments import next_moment
from messaging.delivery.timing.slots import is_far, reserve
from messaging.delivery.waking import PATIENCE
from messaging.models import Sender
from messaging.providers.base import Accepted, NotAccepted
from messaging.providers.gateways import Gateways
from waproject.core.db.threads import database, end, second_thread
from waproject.core.gc_tuning import collecting_rarely

logger = logging.getLogger(__name__)

# A group of requests shares one last look at opt-outs and at its streams. It spans this many
# seconds of slots, so that what is committed takes effect well within a second.
GROUP_SECONDS = 0.2
# Where the wire is slower than the rate: so many times as many as may be under way.
GROUP_IN_FLIGHT = 1.5
# In a full line the look happens so many times as long before the group's first slot as looks took
# lately, within these limits in seconds: one that takes a while, on a busy machine, must not push
# the requests together; one that comes early sees less.
LOOK_AHEAD_IN_LOOKS = 5.0
LOOK_AHEAD_SECONDS = (0.05, 0.35)
# A line is free when so many reservations of the last second met nobody in it. The first slot is
# this many looks away then: about when the look is over. Who is late there may still go; in a full
# line, or one that others begin to fill, that would come on top of what they send.
FREE_RESERVATIONS = 2
LEAD_IN_LOOKS = 1.5
# A sender that sends fewer messages a second uses a slot even when it is late for it.
SLOW_RATE = 1.0
# A slot further away than this is not reserved: the worker would hold it and do nothing.
SLOT_HORIZON_SECONDS = 2.0
# While the last requests are under way: so that little is left to write when they are answered.
SETTLE_LAST_EVERY_SECONDS = 0.1
# After this many refusals in a row ("slow down", no connection) the run ends, and the sender rests
# for so long.
REFUSALS_IN_A_ROW = 10
REST = timedelta(seconds=2)
# A run looks around this often for jobs that wait for a worker. It gives way to one that it sees
# twice in a row, and to none in its first seconds.
LOOK_AROUND_EVERY_SECONDS = 0.25
UNDISTURBED_SECONDS = 1.0


class Ran(NamedTuple):
    """What a run did: how many messages were accepted, and when the provider may be asked again.

    `resume_at` is None unless the provider refused so many in a row that the sender rests.
    """

    accepted: int
    resume_at: datetime | None = None


def run(sender: Sender, *, seconds: float, hold: Hold | None = None) -> Ran:
    """Send what is due from a sender for about `seconds`.

    Ends earlier when nothing can leave within about a second, when others wait for a worker, and
    when the lane, which the caller has taken, is lost to another worker. Every claim of this run is
    settled or given back when it returns.
    """
    settling = second_thread()
    try:
        with collecting_rarely():
            return async_to_sync(Run(sender, seconds, settling, hold).go)()
    finally:
        end(settling)


class Run:
    """The state of one run. Requests are made on the loop.

    Database work happens on the calling thread, but that of settling on a second, if there is one.
    """

    def __init__(
        self,
        sender: Sender,
        seconds: float,
        settling: ThreadPoolExecutor | None,
        hold: Hold | None = None,
    ) -> None:
        self.sender = sender
        self.account = sender.account
        self.rate = sender.rate
        self.deadline = time.monotonic() + seconds
        self.dispatch = Dispatch(self.rate, self.deliver)
        self.claimed: deque[Claimed] = deque()
        # Claimed as well, but the slot of their stream's own pace is still to come.
        self.paced = Paced()
        self.urgent_is_due = False
        self.has_claimed = self.just_claimed = False
        self.nothing_seen = False
        self.look_seconds = 0.0
        self.free_at: deque[float] = deque(maxlen=FREE_RESERVATIONS)
        settle_here = partial(settle, sender)
        self.outcomes = Outcomes(sender.pk, database(settle_here, settling))
        self.accepted = 0
        self.refused_in_a_row = 0
        self.hold = hold
        self.keep_lane_at = time.monotonic() + lane_seconds() / 3
        self.look_around_at = time.monotonic() + UNDISTURBED_SECONDS
        self.others_waited = False
        self.over = asyncio.Event()

    async def go(self) -> Ran:
        async with Gateways() as gateways:
            self.gateways = gateways
            self.gateway = await gateways.of(self.account)
            # Django loads the site's urls when the first callback address is made. That takes so
            # long that the first request would miss its slot: so it is done here.
            self.account.callback_url("")
            writing = asyncio.create_task(self.outcomes.keep_writing(self.over))
            try:
                await self.send_what_is_due()
            finally:
                await self.dispatch.wait_for_all()
                self.over.set()
                await writing
                await self.outcomes.write_the_last()
        return Ran(self.accepted, timezone.now() + REST if self.is_refused else None)

    @property
    def time_left(self) -> float:
        return self.deadline - time.monotonic()

    @property
    def group_size(self) -> int:
        most = int(settings.SENDING_IN_FLIGHT * GROUP_IN_FLIGHT)
        return max(1, min(int(self.rate * GROUP_SECONDS), most))

    @property
    def runs_low(self) -> bool:
        """Whether to claim now: while one group is left, whose requests go on during the claim."""
        return len(self.claimed) <= (0 if self.nothing_seen else self.group_size)

    @property
    def is_refused(self) -> bool:
        return self.refused_in_a_row >= REFUSALS_IN_A_ROW

    async def send_what_is_due(self) -> None:
        while not self.is_refused and await self.may_go_on():
            self.claimed.extendleft(reversed(self.dispatch.take_missed()))
            self.claimed.extendleft(reversed(self.paced.take_ripe(self.look_ahead)))
            nobody_waits = not self.claimed
            claims_more = self.runs_low and await self.claim()
            self.just_claimed = nobody_waits and claims_more
            if self.claimed:
                await self.send_a_group()
            elif self.nothing_seen and not await self.wait_for_more():
                break
        await self.give_back_the_rest()
        await self.dispatch.wait_for_all()
        await self.give_back_the_rest()

    async def claim(self) -> bool:
        """Claim some of what is due; False when there is nobody to send to.

        One group at first, so that the first requests leave soon.
        """
        limit = claims.claim_size(self.rate) if self.has_claimed else self.group_size
        taken = await database(claims.claim)(
            self.sender.pk, limit, now=timezone.now(), account_id=self.account.pk
        )
        self.has_claimed = True
        if taken.account_is_off:
            self.deadline = time.monotonic()
        self.nothing_seen = not taken.seen
        self.claimed.extend(self.paced.keep_those_to_come(taken.deliveries))
        return bool(taken.deliveries)

    async def claim_urgent(self, worst: int) -> list[Claimed]:
        """Claim what has a better priority than `worst`; those that may go at once."""
        self.urgent_is_due = False
        taken = await database(claims.claim)(
            self.sender.pk,
            self.group_size,
            now=timezone.now(),
            account_id=self.account.pk,
            better_than=worst,
        )
        return self.paced.keep_those_to_come(taken.deliveries)

    async def put_urgent_first(self, group: Sequence[Claimed], slots: int) -> Sequence[Claimed]:
        """Give the slots of a group that was looked at to what is more urgent; the others wait.

        What was claimed this moment needs no look.
        """
        urgent = await self.claim_urgent(max(one.stream.priority for one in group))
        several = [*urgent, *group]
        self.claimed.extendleft(reversed(several[slots:]))
        return several[:slots]

    async def may_go_on(self) -> bool:
        """Whether there is time left, the lane is still ours, and nobody waits for the worker."""
        await self.outcomes.wait_for_room(self.deadline)
        now = time.monotonic()
        if self.hold and now > self.keep_lane_at:
            self.keep_lane_at = now + lane_seconds() / 3
            if not await database(self.hold.keep)():
                logger.warning("Sender %s: another worker has taken it over.", self.sender.pk)
                self.deadline = now
        if now > self.look_around_at:
            self.look_around_at = now + LOOK_AROUND_EVERY_SECONDS
            waited, self.others_waited = self.others_waited, await database(others_wait)()
            if waited and self.others_waited:
                self.deadline = now
        return self.time_left > 0

    async def wait_for_more(self) -> bool:
        """Nothing is due: settle, reconcile, wait for what comes due. False when nothing will."""
        while await self.dispatch.wait_for_all(SETTLE_LAST_EVERY_SECONDS):
            await self.outcomes.write()
        if self.dispatch.missed:
            return True
        await self.outcomes.write()
        if await reconciliation.reconcile_due(self.gateways, sender_id=self.sender.pk):
            return True
        moment = await database(next_moment)(self.sender.pk)
        waits = [] if moment is None else [(moment - timezone.now()).total_seconds()]
        if self.paced:
            waits.append(self.paced.first_at - self.look_ahead - time.time())
        wait = min(waits, default=math.inf)
        if wait > PATIENCE.total_seconds() and not self.paced:
            return False
        # In short sleeps: what a person sends meanwhile is seen by the next claim.
        await asyncio.sleep(min(max(wait, 0.02), GROUP_SECONDS))
        return True

    async def send_a_group(self) -> None:
        """Send the next of the claimed; what may not or cannot leave is given back."""
        size = min(self.group_size, len(self.claimed))
        await self.dispatch.wait_for_room(size)
        group = [self.claimed.popleft() for _one in range(size)]
        # Where a sender is slow a claim may end before its slots come: taken again,
        # it has a new lease, and no slot is wasted on what may not leave any more.
        is_stale = ends_soon(group) and not self.just_claimed
        if is_stale or not await self.clear(group):
            self.claimed.extendleft(reversed(group))
            await self.give_back_the_rest()

    async def clear(self, group: Sequence[Claimed]) -> bool:
        """Find slots for a group, look a last time, and let those go who may.

        False when the run ends before a slot is free. When nobody may go (their stream was
        paused or ended, or all opted out), those cleared before are called back, and the others
        that are claimed are given back: they would only waste slots.
        """
        while (start := await self.reserve_slots(len(group))) is not None:
            slots = len(group)
            if start <= time.time() + self.lead:
                self.free_at.append(time.monotonic())
            full = self.line_is_full
            await asyncio.sleep(start - self.look_ahead - time.time())
            looked_at = time.monotonic()
            group = await database(self.look)(group)
            self.note_look(time.monotonic() - looked_at)
            if not group:
                self.dispatch.recall()
                await self.give_back_the_rest()
                return True
            if self.urgent_is_due:
                group = await self.put_urgent_first(group, slots)
            if not full or time.time() <= start + SLOT_LATE_SECONDS:
                self.dispatch.clear(group, Clearance(start, looked_at, full))
                return True
        return False

    def look(self, group: Sequence[Claimed]) -> list[Claimed]:
        """The last look at a group, and a look for what has a better priority than it."""
        worst = max(one.stream.priority for one in group)
        self.urgent_is_due = bool(due_turns(self.sender.pk, timezone.now(), better_than=worst))
        return claims.last_look(group)

    async def give_back_the_rest(self) -> None:
        rest = [*self.claimed, *self.dispatch.take_missed(), *self.paced.take_all()]
        self.claimed.clear()
        if rest:
            await database(claims.give_back)(rest)

    @property
    def line_is_full(self) -> bool:
        """Whether others seem to stand in the sender's line; never at less than one a second.

        The next slot of a slow sender may be a minute away: the one it has is used, even a little
        late. A single message makes no burst.
        """
        if self.rate < SLOW_RATE:
            return False
        oldest = self.free_at[0] if len(self.free_at) == FREE_RESERVATIONS else -math.inf
        return time.monotonic() - oldest > 1.0

    @property
    def lead(self) -> float:
        """How far away the first slot of a group must be, in seconds."""
        return self.look_ahead if self.line_is_full else LEAD_IN_LOOKS * self.look_seconds

    @property
    def look_ahead(self) -> float:
        """How long before its first slot a group is looked at, in seconds."""
        least, most = LOOK_AHEAD_SECONDS
        return min(most, max(least, LOOK_AHEAD_IN_LOOKS * self.look_seconds))

    def note_look(self, seconds: float) -> None:
        self.look_seconds = 0.8 * self.look_seconds + 0.2 * seconds

    async def reserve_slots(self, number: int) -> float | None:
        """The first of `number` reserved slots.

        None when the run ends before one is free, or others took those that were near.
        """
        while await self.may_go_on():
            start = await database(reserve)(
                self.sender.pk, number, horizon=SLOT_HORIZON_SECONDS, lead=self.lead
            )
            if start is not None:
                return start
            if await database(is_far)(self.sender.pk, timezone.now()):
                return None
            await asyncio.sleep(min(GROUP_SECONDS, max(self.time_left, 0)))
        return None

    async def deliver(self, delivery: Claimed) -> None:
        result = await self.gateway.send(outbound_request(self.sender, delivery))
        if isinstance(result, NotAccepted):
            self.refused_in_a_row += 1
        else:
            self.refused_in_a_row = 0
            self.accepted += isinstance(result, Accepted)
        self.outcomes.add(Outcome(delivery, result, timezone.now()))


def ends_soon(group: Sequence[Claimed]) -> bool:
    """Whether the claim of a group may end before a slot that is reserved now."""
    return group[0].lease_until < timezone.now() + timedelta(seconds=SLOT_HORIZON_SECONDS)


def others_wait() -> bool:
    """Whether a job waits for a worker, by any of the functions in settings.WAITING_JOBS."""
    return any(import_string(name)() for name in settings.WAITING_JOBS)


class Paced:
    """Claimed deliveries whose slot, by the pace of their stream, is still to come."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Claimed]] = []
        self._number = count()

    def __bool__(self) -> bool:
        return bool(self._heap)

    @property
    def first_at(self) -> float:
        """The first slot, in seconds since 1970."""
        return self._heap[0][0]

    def keep_those_to_come(self, deliveries: Sequence[Claimed]) -> list[Claimed]:
        """Keep those that have a slot of their own; the others, in their order."""
        for one in deliveries:
            if one.leaves_at:
                heapq.heappush(self._heap, (one.leaves_at, next(self._number), one))
        return [one for one in deliveries if not one.leaves_at]

    def take_ripe(self, ahead: float) -> list[Claimed]:
        """Those whose slot comes within so many seconds."""
        until, ripe = time.time() + ahead, []
        while self._heap and self._heap[0][0] <= until:
            ripe.append(heapq.heappop(self._heap)[2])
        return ripe

    def take_all(self) -> list[Claimed]:
        return self.take_ripe(math.inf)
