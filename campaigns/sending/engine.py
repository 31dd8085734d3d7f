"""One worker's run over one campaign: claim, look, send at the sender's rate, settle."""

import asyncio
import logging
import math
import time
from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import NamedTuple

from asgiref.sync import async_to_sync
from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from campaigns.models import Campaign, Recipient
from campaigns.sending import claims, reconciliation
from campaigns.sending.collector import collecting_rarely
from campaigns.sending.departures import SLOT_LATE_SECONDS, Clearance, Departures
from campaigns.sending.lanes import Lane, lane_seconds
from campaigns.sending.outcomes import Outcomes
from campaigns.sending.requests import outbound_request
from campaigns.sending.settlement import Outcome, settle
from campaigns.sending.slots import is_far, reserve
from campaigns.sending.waking import PATIENCE
from messaging.providers.base import Accepted, NotAccepted
from messaging.providers.gateways import Gateways
from waproject.core.db.threads import database, end, second_thread

logger = logging.getLogger(__name__)

# A group of requests shares one last look at opt-outs and the campaign's state. It spans this
# many seconds of slots, so that what is committed takes effect well within a second.
GROUP_SECONDS = 0.2
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
# A campaign that sends fewer messages a second uses a slot even when it is late for it.
SLOW_RATE = 1.0
# A slot further away than this is not reserved: the worker would hold it and do nothing.
SLOT_HORIZON_SECONDS = 2.0
# While the last requests are under way: so that little is left to write when they are answered.
SETTLE_LAST_EVERY_SECONDS = 0.1
# After this many refusals in a row ("slow down", no connection) the run ends, and the campaign
# rests for so long.
REFUSALS_IN_A_ROW = 10
REST = timedelta(seconds=2)
# A run looks around this often for jobs that wait for a worker. It gives way to one that it sees
# twice in a row, and to none in its first seconds.
LOOK_AROUND_EVERY_SECONDS = 0.5
UNDISTURBED_SECONDS = 2.0


class Ran(NamedTuple):
    """What a run did: how many messages were accepted, and when the provider may be asked again.

    `resume_at` is None unless the provider refused so many in a row that the campaign rests.
    """

    accepted: int
    resume_at: datetime | None = None


def run(campaign: Campaign, *, seconds: float, lane: Lane | None = None) -> Ran:
    """Send for an active campaign for about `seconds`.

    Ends earlier when nothing can leave within about a second, when others wait for a worker, and
    when the lane, which the caller has taken, is lost to another worker. Every claim of this run is
    settled or given back when it returns.
    """
    settling = second_thread()
    try:
        with collecting_rarely():
            return async_to_sync(Run(campaign, seconds, settling, lane).go)()
    finally:
        end(settling)


class Run:
    """The state of one run. Requests are made on the loop.

    Database work happens on the calling thread, but that of settling on a second, if there is one.
    """

    def __init__(
        self,
        campaign: Campaign,
        seconds: float,
        settling: ThreadPoolExecutor | None,
        lane: Lane | None = None,
    ) -> None:
        self.campaign = campaign
        self.account = campaign.sender.account
        self.rate = campaign.rate
        self.deadline = time.monotonic() + seconds
        self.departures = Departures(self.rate, self.deliver)
        self.claimed: deque[Recipient] = deque()
        self.has_claimed = self.just_claimed = False
        self.nothing_seen = False
        self.look_seconds = 0.0
        self.free_at: deque[float] = deque(maxlen=FREE_RESERVATIONS)
        self.outcomes = Outcomes(campaign, database(settle, settling))
        self.accepted = 0
        self.refused_in_a_row = 0
        self.lane = lane
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
                await self.departures.wait_for_all()
                self.over.set()
                await writing
                await self.outcomes.write_the_last()
        return Ran(self.accepted, timezone.now() + REST if self.is_refused else None)

    @property
    def time_left(self) -> float:
        return self.deadline - time.monotonic()

    @property
    def group_size(self) -> int:
        return min(max(1, int(self.rate * GROUP_SECONDS)), settings.SENDING_IN_FLIGHT)

    @property
    def runs_low(self) -> bool:
        """Whether to claim now: while one group is left, whose requests go on during the claim."""
        return len(self.claimed) <= (0 if self.nothing_seen else self.group_size)

    @property
    def is_refused(self) -> bool:
        return self.refused_in_a_row >= REFUSALS_IN_A_ROW

    async def send_what_is_due(self) -> None:
        while not self.is_refused and await self.may_go_on():
            self.claimed.extendleft(reversed(self.departures.take_missed()))
            nobody_waits = not self.claimed
            claims_more = self.runs_low and await self.claim()
            self.just_claimed = nobody_waits and claims_more
            if self.claimed:
                await self.send_a_group()
            elif self.nothing_seen and not await self.wait_for_more():
                break
        await self.give_back_the_rest()
        await self.departures.wait_for_all()
        await self.give_back_the_rest()

    async def claim(self) -> bool:
        """Claim some of those who are due; False when there is nobody to send to.

        One group at first, so that the first requests leave soon.
        """
        taken = await database(claims.claim)(
            self.campaign.pk,
            claims.claim_size(self.rate) if self.has_claimed else self.group_size,
            now=timezone.now(),
        )
        self.has_claimed = True
        self.claimed.extend(taken.recipients)
        self.nothing_seen = not taken.seen
        return bool(taken.recipients)

    async def may_go_on(self) -> bool:
        """Whether there is time left, the lane is still ours, and nobody waits for the worker."""
        now = time.monotonic()
        if self.lane and now > self.keep_lane_at:
            self.keep_lane_at = now + lane_seconds() / 3
            if not await database(self.lane.keep)():
                logger.warning("Campaign %s: another worker has taken it over.", self.campaign.pk)
                self.deadline = now
        if now > self.look_around_at:
            self.look_around_at = now + LOOK_AROUND_EVERY_SECONDS
            waited, self.others_waited = self.others_waited, await database(others_wait)()
            if waited and self.others_waited:
                self.deadline = now
        return self.time_left > 0

    async def wait_for_more(self) -> bool:
        """Nothing is due: settle, reconcile, wait for what comes due. False when nothing will."""
        while await self.departures.wait_for_all(SETTLE_LAST_EVERY_SECONDS):
            await self.outcomes.write()
        if self.departures.missed:
            return True
        await self.outcomes.write()
        if await reconciliation.reconcile_due(self.gateways, campaign_id=self.campaign.pk):
            return True
        moment = await database(reconciliation.next_moment)(self.campaign.pk)
        if moment is None or moment > timezone.now() + PATIENCE:
            return False
        wait = (moment - timezone.now()).total_seconds()
        await asyncio.sleep(min(max(wait, 0.02), 1.0))
        return True

    async def send_a_group(self) -> None:
        """Send the next of the claimed; what may not or cannot leave is given back."""
        size = min(self.group_size, len(self.claimed))
        await self.departures.wait_for_room(size)
        group = [self.claimed.popleft() for _one in range(size)]
        # Where many campaigns share a sender a claim may end before its slots come: taken again,
        # it has a new lease, and no slot is wasted on what may not leave any more.
        is_stale = ends_soon(group) and not self.just_claimed
        if is_stale or not await self.clear(group):
            self.claimed.extendleft(reversed(group))
            await self.give_back_the_rest()

    async def clear(self, group: Sequence[Recipient]) -> bool:
        """Find slots for a group, look a last time, and let those go who may.

        False when the run ends before a slot is free. When nobody may go (the campaign was paused
        or cancelled, or all opted out), those cleared before are called back, and the others that
        are claimed are given back: they would only waste slots.
        """
        while (start := await self.reserve_slots(len(group))) is not None:
            if start <= time.time() + self.lead:
                self.free_at.append(time.monotonic())
            full = self.line_is_full
            await asyncio.sleep(start - self.look_ahead - time.time())
            looked_at = time.monotonic()
            group = await database(claims.last_look)(group)
            self.note_look(time.monotonic() - looked_at)
            if not group:
                self.departures.recall()
                await self.give_back_the_rest()
                return True
            if not full or time.time() <= start + SLOT_LATE_SECONDS:
                self.departures.clear(group, Clearance(start, looked_at, full))
                return True
        return False

    async def give_back_the_rest(self) -> None:
        rest = [*self.claimed, *self.departures.take_missed()]
        self.claimed.clear()
        if rest:
            await database(claims.give_back)(rest)

    @property
    def line_is_full(self) -> bool:
        """Whether others seem to stand in the sender's line; never at less than one a second.

        The next slot of a slow campaign may be a minute away: the one it has is used, even a little
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

    async def reserve_slots(self, count: int) -> float | None:
        """The first of `count` reserved slots.

        None when the run ends before one is free, or others took those that were near.
        """
        while await self.may_go_on():
            start = await database(reserve)(
                self.campaign.sender_id,
                count,
                horizon=SLOT_HORIZON_SECONDS,
                lead=self.lead,
                paced_campaign=self.campaign.pk if self.campaign.per_hour else None,
            )
            if start is not None:
                return start
            if await database(is_far)(self.campaign.pk):
                return None
            await asyncio.sleep(min(GROUP_SECONDS, max(self.time_left, 0)))
        return None

    async def deliver(self, recipient: Recipient) -> None:
        result = await self.gateway.send(outbound_request(self.campaign, recipient))
        if isinstance(result, NotAccepted):
            self.refused_in_a_row += 1
        else:
            self.refused_in_a_row = 0
            self.accepted += isinstance(result, Accepted)
        self.outcomes.add(Outcome(recipient, result, timezone.now()))


def ends_soon(group: Sequence[Recipient]) -> bool:
    """Whether the claim of a group may end before a slot that is reserved now."""
    ends = group[0].lease_expires_at
    return ends is not None and ends < timezone.now() + timedelta(seconds=SLOT_HORIZON_SECONDS)


def others_wait() -> bool:
    """Whether a job waits for a worker, by any of the functions in settings.WAITING_JOBS."""
    return any(import_string(name)() for name in settings.WAITING_JOBS)
