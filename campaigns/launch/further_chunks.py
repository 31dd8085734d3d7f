"""All but the first people of a launch: one chunk after the other, by a long job.

Each chunk is a transaction of its own that also moves `Launch.cursor`. So a launch that is killed
goes on where it was, nobody becomes a recipient twice, and SQLite's one writer is free between two
chunks. Nothing leaves before the last chunk: only an active campaign sends. What is wrong with the
people is known at the end; then the launch is taken back, in chunks too, and the campaign is a
draft again that says why.
"""

from collections.abc import Callable, Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS, transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from campaigns.audience.values import AudienceError
from campaigns.changing import OperationRefused, existing
from campaigns.launch.approval import require_approval
from campaigns.launch.checks import Check, refuse
from campaigns.launch.people import BATCH, Addressee, addressees
from campaigns.launch.recipients import Freezer
from campaigns.launch.texts import UNFROZEN
from campaigns.models import Campaign, Launch, Recipient, StatusChange
from campaigns.models.querysets import CampaignQuerySet
from campaigns.sending.pauses import follow_active
from campaigns.sending.streams import forget_stream
from campaigns.states import CampaignStatus
from campaigns.status_reasons import said
from messaging.delivery import queue
from messaging.models import Delivery
from waproject.accounts.models import User
from waproject.core.db.bulk_insert import refresh_statistics
from waproject.core.db.bulk_lookup import each
from waproject.core.gc_tuning import collecting_rarely
from waproject.core.jobs import operations as jobs
from waproject.core.jobs.kinds import long_work
from waproject.core.jobs.models import Job
from waproject.core.jobs.running import LostHoldError, Run
from waproject.core.text.sentences import Stored, stored
from waproject.core.text.sentences import gettext as _


def start_sending(campaign_id: int) -> None:
    """Make a campaign whose recipients are all there active, in the caller's transaction."""
    refresh_statistics(Recipient, Delivery)
    if not _launching(campaign_id).advance(CampaignStatus.ACTIVE, started_at=timezone.now()):
        raise LostHoldError
    follow_active(campaign_id)


def begin_job(campaign: Campaign, *, owner: User | None, done: int, **launch: Any) -> None:
    """Have a long job make recipients of the people beyond the first `done`.

    `launch` are columns of Launch.
    """
    job = jobs.start(make_recipients, title=campaign.name, by=owner, done=done)
    Launch.objects.create(campaign=campaign, job=job, **launch)


def go_on(campaign_id: int, *, after_chunk: Callable[[], object] = lambda: None) -> bool:
    """Go on with a launch here and now, until it ends.

    False when there is none, or a worker has it. `after_chunk` is called after each chunk.
    """
    launch = Launch.objects.filter(pk=campaign_id).first()
    return launch is not None and jobs.run(launch.job_id, after_step=after_chunk)


def take_back(campaign_id: int, *, reason: str) -> None:
    """Make a campaign that is being launched a draft again, and say why on its page."""
    rows = Launch.objects.filter(pk=campaign_id)
    if rows.update(refused=[stored(reason)]):
        jobs.run(rows.get().job_id, take_over=True)


def _page(job: Job) -> str:
    """The page of the campaign, or the list of all when the launch is over."""
    launch = Launch.objects.filter(job=job).first()
    if launch is None:
        return reverse("admin:campaigns_campaign_changelist")
    return reverse("admin:campaigns_campaign_change", args=[launch.pk])


def _forget(job: Job) -> None:
    Launch.objects.filter(job=job).delete()


def _go_back_for_good(run: Run) -> None:
    """Take the launch back: it stopped again and again."""
    launch = Launch.objects.get(job=run.job)
    stopped = _("The launch stopped %(times)d times. Tell the person who runs the system.")
    _Chunks(launch, run).go_back([stored(stopped % {"times": jobs.MOST_STALLS})])


@long_work(
    "launch",
    pgettext_lazy("job", "launch"),
    permissions=lambda job: ["campaigns.launch_campaign"],
    is_cancelled_here=False,
    goes_on=True,
    kept_for=lambda: jobs.A_DAY,
    page=_page,
    on_end=_forget,
    on_stalled=_go_back_for_good,
)
def make_recipients(run: Run) -> None:
    """Make recipients of the people that are left, and start sending; or go back."""
    launch = Launch.objects.filter(job=run.job).first()
    if launch is None:
        return  # it ended, and the worker died before the job could end too
    chunks = _Chunks(launch, run)
    if not launch.refused:
        try:
            chunks.go_forward()
        except OperationRefused as refusal:
            chunks.go_back([stored(one) for one in refusal.sentences])
    else:
        chunks.go_back(launch.refused)


def _launching(campaign_id: int) -> CampaignQuerySet:
    return Campaign.objects.filter(pk=campaign_id, status=CampaignStatus.LAUNCHING)


class _Chunks:
    """One attempt at a launch. Locks are taken in the order campaign, job, launch."""

    def __init__(self, launch: Launch, run: Run) -> None:
        self.launch = launch
        self.campaign_id = launch.pk
        self.run = run
        self.row = Launch.objects.filter(pk=launch.pk)

    def go_forward(self) -> None:
        """Make recipients, chunk by chunk, and start sending. Raises OperationRefused."""
        campaign, now = existing(self.campaign_id), timezone.now()
        try:
            check = Check(campaign, now=now, tally=self.launch.tally)
        except AudienceError as error:
            raise OperationRefused([error.sentence]) from None
        after, until = self.launch.cursor, self.launch.last_contact
        if self.run.job.total is None:
            total = check.audience.matches().filter(pk__lte=until).count()
            self.run.keep(total=total)
        freezer = Freezer(campaign, now)
        with collecting_rarely():
            for batch in addressees(campaign, check.audience, after=after, until=until):
                there = self._recipients_among(batch)
                people = [one for one in batch if one.contact.pk not in there]
                check.count(people)
                self._write(freezer, people, check, cursor=batch[-1].contact.pk)
                self.run.between_steps()
        found = check.result()
        refuse(found, accept_warnings=self.launch.accept_warnings)
        require_approval(campaign, found.recipients, launcher=campaign.launched_by)
        self._end(lambda: start_sending(self.campaign_id))

    def go_back(self, sentences: Sequence[Stored]) -> None:
        """Remove the recipients; when none is left, the campaign is a draft that says why."""
        self.run.keep()
        self.row.update(refused=list(sentences))
        ours = Recipient.objects.filter(campaign=self.campaign_id).order_by("pk")
        while ids := list(ours.values_list("pk", flat=True)[:BATCH]):
            self._remove(ids)
            self.run.between_steps()
        self._end(lambda: self._make_draft(sentences))

    def _recipients_among(self, batch: Sequence[Addressee]) -> set[int]:
        """Those who are recipients already: somebody of an earlier chunk was joined with them."""
        ids = [one.contact.pk for one in batch]
        # By a range: a list of ids PostgreSQL compares with every recipient made so far.
        theirs = Recipient.objects.filter(
            campaign=self.campaign_id, contact__gte=ids[0], contact__lte=ids[-1]
        )
        return set(theirs.order_by().values_list("contact_id", flat=True)).intersection(ids)

    def _write(
        self, freezer: Freezer, people: Sequence[Addressee], check: Check, *, cursor: int
    ) -> None:
        """Make recipients of these people and move the cursor: both or neither."""
        rows = freezer.rows(people)
        with transaction.atomic():
            self._grow(len(rows))
            self.run.progress(self.run.job.done + len(rows))
            self.row.update(cursor=cursor, tally=check.tally.to_json())
            freezer.write(rows)

    def _remove(self, ids: Sequence[int]) -> None:
        with transaction.atomic():
            self._grow(-len(ids))
            self.run.progress(max(self.run.job.done - len(ids), 0))
            theirs = Recipient.objects.filter(pk__in=each(int, ids))
            queue.withdraw(list(theirs.values_list("token", flat=True)))
            # Not `delete()`, which reads everyone first and looks for the history of each hundred.
            StatusChange.objects.filter(recipient__in=each(int, ids))._raw_delete(DEFAULT_DB_ALIAS)
            theirs._raw_delete(DEFAULT_DB_ALIAS)

    def _grow(self, people: int) -> None:
        """Count people; locks the campaign. Raises LostHoldError when it is launching no more."""
        row = _launching(self.campaign_id)
        if not row.update(total_recipients=F("total_recipients") + people):
            raise LostHoldError

    @transaction.atomic
    def _end(self, become: Callable[[], object]) -> None:
        """Let the campaign become what it is to be, and forget the launch."""
        become()
        self.run.keep()
        self.row.delete()

    def _make_draft(self, sentences: Sequence[Stored]) -> None:
        if not _launching(self.campaign_id).advance(
            CampaignStatus.DRAFT, **said(*sentences), **UNFROZEN
        ):
            raise LostHoldError
        forget_stream(self.campaign_id)
