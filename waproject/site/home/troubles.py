"""What does not work and is to be mended: one query over several tables."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import BigIntegerField, CharField, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast
from django.utils import timezone

from contacts.models import ImportJob
from messaging.models import Account, Sender, Template
from messaging.states import ApprovalStatus, Quality
from waproject.core.jobs.models import JobState
from waproject.workers.clusters.cluster import queues
from waproject.workers.models import Cluster

# A failed import of last month needs nobody any more.
IMPORTS_SINCE = timedelta(days=7)
ACCOUNT, CLUSTER, IMPORT, TEMPLATE = "account", "cluster", "import", "template"
# A template that cannot be brought to the provider until somebody acts.
STUCK = "stuck"
# A sender of which WhatsApp thinks less, and one that the provider will not let write.
FALLING, OFFLINE = "falling", "offline"
# Of all together; workers and accounts come first.
MOST = 50
_ORDER = {CLUSTER: 0, ACCOUNT: 1, OFFLINE: 2, FALLING: 3, STUCK: 4, TEMPLATE: 5, IMPORT: 6}


@dataclass(frozen=True)
class Trouble:
    """A row that is not well, its name, and why where that is kept as a text."""

    kind: str
    pk: int
    name: str
    why: str


@dataclass(frozen=True)
class Troubles:
    """`deaf` are the queues whose jobs nobody does."""

    rows: list[Trouble]
    deaf: list[str]

    def of(self, kind: str) -> list[Trouble]:
        return [row for row in self.rows if row.kind == kind]


def troubles(user: Any) -> Troubles:
    """What this user may know of. One query at most."""
    parts = list(_parts(user, timezone.now()))
    if not parts:
        return Troubles([], [])
    rows = parts[0].union(*parts[1:], all=True).order_by("place", "-key")[:MOST]
    kinds = list(_ORDER)
    found = [Trouble(kinds[place], key, name, why) for place, key, name, why in rows]
    at_work = {row.name for row in found if row.kind == CLUSTER}
    watched = queues() if _may_watch(user) else []
    return Troubles(
        [row for row in found if row.kind != CLUSTER],
        [queue for queue in watched if queue not in at_work],
    )


def _may_watch(user: Any) -> bool:
    """Whether it is of use to this user that nothing is sent."""
    return bool(user.has_perm("campaigns.launch_campaign"))


def _parts(user: Any, now: datetime) -> Iterator[QuerySet[Any]]:
    if _may_watch(user):
        since = now - timedelta(seconds=settings.WORKERS_DEAF_AFTER_SECONDS)
        well = Q(busy=True) | Q(heard_at__gte=since)
        yield _rows(Cluster.objects.filter(well, seen_at__gte=since), CLUSTER, key="")
    if user.has_perm("messaging.view_account"):
        yield _rows(Account.objects.in_trouble(), ACCOUNT)
    if user.has_perm("messaging.view_sender"):
        in_use = Sender.objects.filter(status=Sender.Status.ACTIVE)
        yield _rows(in_use.filter(standing__is_online=False), OFFLINE, why="standing__state")
        fallen = in_use.filter(quality__in=[Quality.YELLOW, Quality.RED])
        yield _rows(fallen, FALLING, why="quality")
    if user.has_perm("messaging.view_template"):
        yield _rows(_stuck_templates(), STUCK)
        yield _rows(_stopped_templates(), TEMPLATE, why="status")
    if user.has_perm("contacts.view_importjob"):
        failed = ImportJob.objects.filter(
            job__state=JobState.FAILED, job__created_at__gte=now - IMPORTS_SINCE
        )
        yield _rows(failed, IMPORT, name="job__title", why="job__error")


def _stuck_templates() -> QuerySet[Template]:
    """Templates whose text cannot be submitted before somebody acts."""
    return Template.objects.filter(
        current__approval__stuck_at__isnull=False,
        current__approval__status__in=[ApprovalStatus.PENDING, ApprovalStatus.DRAFT],
        archived_at=None,
    )


def _stopped_templates() -> QuerySet[Template]:
    """Templates that cannot be sent as they are, or of which the newest text was rejected."""
    stopped = Q(
        status__in=[
            Template.Status.REJECTED,
            Template.Status.PAUSED,
            Template.Status.DISABLED,
        ]
    )
    rejected = Q(current__approval__status=ApprovalStatus.REJECTED)
    return Template.objects.filter(stopped | rejected, archived_at=None)


def _rows(
    found: QuerySet[Any], kind: str, *, key: str = "pk", name: str = "name", why: str = ""
) -> QuerySet[Any]:
    """Rows in the shape that all parts share. PostgreSQL wants the same types in each."""
    shared = {
        "place": Value(_ORDER[kind]),
        "key": Cast(key, BigIntegerField()) if key else Value(0, BigIntegerField()),
        "called": Cast(name, CharField()),
        "because": Cast(why, TextField()) if why else Value("", TextField()),
    }
    return found.order_by().annotate(**shared).values_list(*shared)
