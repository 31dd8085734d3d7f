"""The rest of a launch: one chunk of people after the other, by a job of the long cluster.

Each chunk is a transaction of its own that also moves `Launch.cursor`. So a launch that is killed
goes on where it was, nobody becomes a recipient twice, and SQLite's one writer is free between two
chunks. Nothing leaves before the last chunk: only an active campaign sends. What is wrong with the
people is known at the end; then the launch is taken back, in chunks too, and the campaign is a
draft again that says why.
"""

import math
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import DEFAULT_DB_ALIAS, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django_q.tasks import async_task

from campaigns.audience import Audience, AudienceError
from campaigns.changing import CannotChange, existing
from campaigns.launch.checks import Check, Preflight
from campaigns.launch.models import LaunchQuerySet
from campaigns.launch.people import BATCH, Addressee, addressees
from campaigns.launch.recipients import Freezer
from campaigns.launch.texts import UNFROZEN
from campaigns.models import Campaign, Launch, Recipient, StatusChange
from campaigns.querysets import CampaignQuerySet
from campaigns.states import CampaignStatus
from campaigns.streams import follow_campaign, forget_stream
from messaging.delivery import queue
from messaging.models import Delivery
from waproject.core.db.bulk_insert import refresh_statistics
from waproject.core.db.bulk_lookup import each

JOB = "campaigns.jobs.launch_campaign"
# How long a worker may be silent, and how long a queued job may wait, before another may try.
LEASE = timedelta(minutes=2)
PATIENCE = timedelta(minutes=10)
# A launch that stopped so often without getting on is taken back.
MOST_STALLS = 5


class LaunchLostError(Exception):
    """Another worker has this launch now, or the campaign was cancelled."""


def enqueue(campaign_id: int) -> None:
    """Have a worker of the long cluster go on with a launch."""
    async_task(JOB, campaign_id, q_options={"cluster": "long"})


def refuse(found: Preflight, *, accept_warnings: bool) -> None:
    """Raise CannotChange for errors, and for warnings that were not accepted."""
    if found.errors:
        raise CannotChange(found.errors)
    if found.warnings and not accept_warnings:
        raise CannotChange(found.warnings)


def start_sending(campaign_id: int) -> None:
    """Make a campaign whose recipients are all there active, in the caller's transaction."""
    refresh_statistics(Recipient, Delivery)
    if not _launching(campaign_id).advance(CampaignStatus.ACTIVE, started_at=timezone.now()):
        raise LaunchLostError
    follow_campaign(campaign_id)


def go_on(
    campaign_id: int,
    *,
    seconds: float = math.inf,
    after_chunk: Callable[[], object] = lambda: None,
) -> bool:
    """Go on with a launch, or with taking it back, until it ends or for about so many seconds.

    False when there is none, or another worker has it. What is left then is queued again. An error
    gives the launch back, to be queued by `resume_abandoned`, and is raised. `after_chunk` is
    called after each chunk, for those who watch.
    """
    launch = _take(campaign_id)
    if launch is None:
        return False
    run = _Run(launch, time.monotonic() + seconds, after_chunk)
    try:
        if not run.until_it_ends():
            _queue_again(run.held(), campaign_id)
    except LaunchLostError:
        return False
    except BaseException:
        run.held().update(working=False, lease_expires_at=timezone.now())
        raise
    return True


def resume_abandoned(now: datetime) -> int:
    """Queue again the launches whose worker died; return how many."""
    abandoned = Launch.objects.abandoned(now)
    ids = list(abandoned.values_list("pk", flat=True))
    return sum(_queue_again(abandoned.filter(pk=pk), pk) for pk in ids)


def take_back(campaign_id: int, *, reason: str) -> None:
    """Make a campaign that is being launched a draft again, and say why on its page."""
    Launch.objects.filter(pk=campaign_id).update(
        refused=[reason], runs=F("runs") + 1, working=False
    )
    go_on(campaign_id)


def _launching(campaign_id: int) -> CampaignQuerySet:
    return Campaign.objects.filter(pk=campaign_id, status=CampaignStatus.LAUNCHING)


def _take(campaign_id: int) -> Launch | None:
    """The launch, held by a new run; None when there is none or another worker has it."""
    now = timezone.now()
    free = Q(working=False) | Q(lease_expires_at__lte=now)
    taken = Launch.objects.filter(free, pk=campaign_id).update(
        working=True, runs=F("runs") + 1, stalls=F("stalls") + 1, lease_expires_at=now + LEASE
    )
    return Launch.objects.get(pk=campaign_id) if taken else None


@transaction.atomic
def _queue_again(launch: LaunchQuerySet, campaign_id: int) -> int:
    """Give up the hold of a launch and queue a job for it; 0 when the query finds it no more."""
    given = launch.update(working=False, lease_expires_at=timezone.now() + PATIENCE)
    if given:
        enqueue(campaign_id)
    return given


class _Run:
    """One worker's hold of a launch, until a moment of time.monotonic()."""

    def __init__(self, launch: Launch, until: float, after_chunk: Callable[[], object]) -> None:
        self.launch = launch
        self.campaign_id = launch.pk
        self.until = until
        self.after_chunk = after_chunk

    def held(self) -> LaunchQuerySet:
        """The launch's row, while it is ours."""
        return Launch.objects.filter(pk=self.launch.pk, runs=self.launch.runs, working=True)

    def until_it_ends(self) -> bool:
        """Whether the launch has ended, one way or the other, in time."""
        if not self.launch.refused:
            try:
                return self._go_forward()
            except CannotChange as refusal:
                self._keep(refused=refusal.sentences)
                self.launch.refused = refusal.sentences
        return self._go_back()

    def _go_forward(self) -> bool:
        if self.launch.stalls > MOST_STALLS:
            stopped = _("The launch stopped %(times)d times. Tell whoever runs the system.")
            raise CannotChange([stopped % {"times": MOST_STALLS}])
        campaign, now = existing(self.campaign_id), timezone.now()
        try:
            check = Check(campaign, now=now, tally=self.launch.tally)
        except AudienceError as error:
            raise CannotChange([str(error)]) from None
        self._count_expected(check.audience)
        freezer = Freezer(campaign, now)
        after, until = self.launch.cursor, self.launch.last_contact
        for people in addressees(campaign, check.audience, after=after, until=until):
            check.count(people)
            self._write(freezer, people, check)
            if self._is_over():
                return False
        refuse(check.result(), accept_warnings=self.launch.accept_warnings)
        self._end(lambda: start_sending(self.campaign_id))
        return True

    def _go_back(self) -> bool:
        """Remove the recipients; when none is left, the campaign is a draft again."""
        ours = Recipient.objects.filter(campaign=self.campaign_id).order_by("pk")
        while ids := list(ours.values_list("pk", flat=True)[:BATCH]):
            self._remove(ids)
            if self._is_over():
                return False
        self._end(self._make_draft)
        return True

    def _is_over(self) -> bool:
        """Whether this run's time is over; asked after each chunk."""
        self.after_chunk()
        return time.monotonic() > self.until

    def _count_expected(self, audience: Audience) -> None:
        """Once, for those who watch."""
        if self.launch.expected is None:
            people = audience.matches().filter(pk__lte=self.launch.last_contact)
            self._keep(expected=people.count())

    def _write(self, freezer: Freezer, people: Sequence[Addressee], check: Check) -> None:
        """Make recipients of these people and move the cursor: both or neither."""
        rows = freezer.rows(people)
        with transaction.atomic():
            self._grow(len(rows))
            self._keep(cursor=people[-1].contact.pk, tally=check.tally.to_json(), stalls=0)
            freezer.write(rows)

    def _remove(self, ids: Sequence[int]) -> None:
        with transaction.atomic():
            self._grow(-len(ids))
            self._keep()
            theirs = Recipient.objects.filter(pk__in=each(int, ids))
            queue.withdraw(list(theirs.values_list("token", flat=True)))
            # Not `delete()`, which reads everyone first and looks for the history of each hundred.
            StatusChange.objects.filter(recipient__in=each(int, ids))._raw_delete(DEFAULT_DB_ALIAS)
            theirs._raw_delete(DEFAULT_DB_ALIAS)

    def _grow(self, people: int) -> None:
        """Count people; locks the campaign. Raises LaunchLostError when it is launching no more."""
        row = _launching(self.campaign_id)
        if not row.update(total_recipients=F("total_recipients") + people):
            raise LaunchLostError

    def _keep(self, **changes: Any) -> None:
        """Change the launch and renew its lease. Raises LaunchLostError when it is ours no more."""
        if not self.held().update(lease_expires_at=timezone.now() + LEASE, **changes):
            raise LaunchLostError

    @transaction.atomic
    def _end(self, become: Callable[[], object]) -> None:
        """Let the campaign become what it is to be, and forget the launch."""
        become()
        if not self.held().delete()[0]:
            raise LaunchLostError

    def _make_draft(self) -> None:
        reason = " ".join(self.launch.refused)
        if not _launching(self.campaign_id).advance(
            CampaignStatus.DRAFT, status_reason=reason, **UNFROZEN
        ):
            raise LaunchLostError
        forget_stream(self.campaign_id)
