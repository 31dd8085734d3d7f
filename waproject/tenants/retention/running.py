"""A run: a long job that takes away what was kept long enough, sweep by sweep.

Each step is a short transaction that takes a chunk, counts it and moves the run's place, so that a
killed run neither loses nor repeats one. A run that could not end goes on the next night.
"""

import time
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from waproject.accounts.actors import SYSTEM, Actor, permit
from waproject.audit.acting import acting
from waproject.core.db.retry import persistently
from waproject.core.jobs import operations as jobs
from waproject.core.jobs.kinds import long_work
from waproject.core.jobs.models import Job
from waproject.core.jobs.running import Run
from waproject.tenants.models import Tenant
from waproject.tenants.retention.actions import RetentionAction
from waproject.tenants.retention.models import RetentionRun
from waproject.tenants.retention.operations import labels
from waproject.tenants.retention.sweeps import Sweep, label_of, sweeps
from waproject.tenants.scope import current_tenant_id

# Runs are shown for so long; they name nobody.
RUNS_KEPT = timedelta(days=400)


@transaction.atomic
def start(*, by: Actor) -> Job | None:
    """Queue a run, or let the one that could not end go on; None while one is under way."""
    permit(by, RetentionAction.FORGET.permission)
    going = RetentionRun.objects.select_related("job").filter(finished_at=None).first()
    if going is None:
        going = RetentionRun(started_at=timezone.now())
    elif going.job is not None and not going.job.has_ended:
        return None
    going.started_at = timezone.now()
    going.save()
    going.job = jobs.start(
        forget, title=_("What was kept long enough"), parameters={"run": going.pk}
    )
    going.save(update_fields=["job"])
    return going.job


def last_finished() -> RetentionRun | None:
    """The last run of the scope's business that came to its end."""
    ended = RetentionRun.objects.filter(finished_at__isnull=False)
    found: RetentionRun | None = ended.order_by("-finished_at").first()
    return found


@long_work(
    "retention",
    pgettext_lazy("job", "retention"),
    permissions=lambda job: ["tenants.view_tenant"],
    is_cancelled_here=False,
    goes_on=True,
    kept_for=lambda: jobs.A_DAY,
)
def forget(run: Run) -> None:
    """Take away what is due, from where the run is to the last sweep."""
    going = RetentionRun.objects.get(pk=run.job.parameters["run"])
    if going.finished_at is None:  # else the worker died before the job could end too
        _Walk(going, run).to_the_end()


class _Walk:
    """One attempt at a run."""

    def __init__(self, going: RetentionRun, run: Run) -> None:
        self.going = going
        self.run = run
        self.row = RetentionRun.objects.filter(pk=going.pk)

    def to_the_end(self) -> None:
        for sweep in self._left():
            before = sweep.period.before(self.going.started_at)
            while before is not None and self._step(sweep, before):
                self.run.between_steps()
        self._finish()

    def _left(self) -> list[Sweep]:
        """The sweep at which the run is, and those after it; all, if that one is no more."""
        names = list(sweeps())
        place = names.index(self.going.sweep) if self.going.sweep in names else 0
        return [sweeps()[name] for name in names[place:]]

    def _step(self, sweep: Sweep, before: datetime) -> bool:
        """Take a chunk; False when there is none."""
        after = self.going.after if self.going.sweep == sweep.name else 0
        due = sweep.due(before).filter(pk__gt=after).order_by("pk")
        ids = list(due.values_list("pk", flat=True)[: sweep.chunk])
        if not ids:
            return False
        began = time.monotonic()
        removed = persistently(self._take)(sweep, ids, before)
        self.going.sweep, self.going.after, self.going.removed = sweep.name, ids[-1], removed
        if connection.vendor == "sqlite":
            # The one writer rests as long as it wrote: who waits for it comes to turn.
            time.sleep(time.monotonic() - began)
        return True

    @transaction.atomic
    def _take(self, sweep: Sweep, ids: list[int], before: datetime) -> dict[str, int]:
        self.run.keep()
        gone = sweep.remove(ids, before)
        counted: dict[str, int] = self.going.removed
        removed = {**counted, sweep.name: counted.get(sweep.name, 0) + gone}
        self.row.update(sweep=sweep.name, after=ids[-1], removed=removed)
        self.run.progress(sum(removed.values()))
        return removed

    def _finish(self) -> None:
        """End the run, with its event where anything went."""
        now = timezone.now()
        tenant = Tenant.objects.get(pk=current_tenant_id())
        gone = {name: count for name, count in self.going.removed.items() if count}
        with acting(SYSTEM, RetentionAction.FORGET, tenant, text=tenant.name) as event:
            self.run.keep()
            self.row.update(finished_at=now)
            RetentionRun.objects.filter(started_at__lt=now - RUNS_KEPT).delete()
            event.after = {**gone, **labels({name: label_of(name) for name in gone})}
            event.is_needed = bool(gone)
