"""Is the installation well? In the order in which one trouble hides the next."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.cache import caches
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django_q.models import OrmQ, Schedule

from contacts.models import Contact
from messaging.models import Account
from optouts.integrity import phrase_problems
from waproject.tenants.models import Tenant, tenant_ids
from waproject.tenants.retention.models import RetentionRun
from waproject.tenants.scope import all_tenants, in_tenant
from waproject.workers.clusters.cluster import queues
from waproject.workers.models import Cluster
from waproject.workers.tick import SCHEDULE_NAME

# The queue looks at its schedules every 30 seconds or so, and the tick is due every minute.
TICK_LATE_AFTER = timedelta(minutes=3)
WAITING_TOO_LONG = timedelta(minutes=5)
NO_RUN_FOR = timedelta(days=2)
CACHE = "process"
REMEMBERED_SECONDS = 2
MIGRATIONS_REMEMBERED_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `detail` is a sentence; it names no person."""

    check: str
    ok: bool
    detail: str


def examine() -> list[Finding]:
    """Every finding; those that an earlier trouble makes meaningless are left out."""
    try:
        return list(_findings())
    except Error as error:
        why = _("The database does not answer (%(error)s).") % {"error": type(error).__name__}
        return [Finding("database", False, why)]


def recently_examined() -> list[Finding]:
    """As examine(), at most REMEMBERED_SECONDS old: what everyone may ask must cost little."""
    key = f"health.{get_language()}"
    found: list[Finding] | None = caches[CACHE].get(key)
    if found is None:
        found = examine()
        caches[CACHE].set(key, found, REMEMBERED_SECONDS)
    return found


def is_well(findings: list[Finding]) -> bool:
    return all(finding.ok for finding in findings)


def _findings() -> Iterator[Finding]:
    yield _database()
    migrations = _migrations()
    yield migrations
    if migrations.ok:
        now = timezone.now()
        yield from (_cluster(queue, now) for queue in queues())
        yield _tick(now)
        yield _jobs(now)
        yield _words()
        yield _accounts()
        yield _people()
        yield _retention(now)


def _database() -> Finding:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return Finding("database", True, _("It answers."))


def _migrations() -> Finding:
    missing = _remembered("health.migrations", _missing_migrations)
    if missing:
        why = ngettext(
            "%(count)d migration is missing: run manage.py migrate.",
            "%(count)d migrations are missing: run manage.py migrate.",
            missing,
        )
        return Finding("migrations", False, why % {"count": missing})
    return Finding("migrations", True, _("None is missing."))


def _missing_migrations() -> int:
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _remembered(key: str, question: Callable[[], int]) -> int:
    """The answer from a moment ago; only a good one is kept, since a bad one is soon repaired."""
    answer = caches[CACHE].get(key)
    if answer is None:
        answer = question()
        if not answer:
            caches[CACHE].set(key, answer, MIGRATIONS_REMEMBERED_SECONDS)
    return int(answer)


def _cluster(queue: str, now: datetime) -> Finding:
    """Whether jobs of this queue get done, on whichever machine."""
    name = f"cluster {queue}"
    since = now - timedelta(seconds=settings.WORKERS_DEAF_AFTER_SECONDS)
    reports = [one for one in Cluster.objects.filter(name=queue) if one.seen_at >= since]
    if not reports:
        why = _("No supervisor reports it. Start one: manage.py run_workers --clusters %(queue)s")
        return Finding(name, False, why % {"queue": queue})
    heard = max((one.heard_at for one in reports if one.heard_at), default=None)
    if heard is not None and heard >= since:
        age = _("A heartbeat came through %(seconds)d seconds ago.")
        return Finding(name, True, age % {"seconds": (now - heard).total_seconds()})
    if any(one.busy for one in reports):
        return Finding(name, True, _("It is at work on a long job."))
    if heard is None:
        return Finding(name, False, _("No heartbeat has come through since its start."))
    why = _("It is deaf: no heartbeat came through for %(seconds)d seconds.")
    return Finding(name, False, why % {"seconds": (now - heard).total_seconds()})


def _tick(now: datetime) -> Finding:
    due = Schedule.objects.filter(name=SCHEDULE_NAME).values_list("next_run", flat=True).first()
    if due is None:
        return Finding("tick", False, _("Its schedule is missing: run manage.py migrate."))
    if due < now - TICK_LATE_AFTER:
        why = _("It was due %(seconds)d seconds ago.") % {"seconds": (now - due).total_seconds()}
        return Finding("tick", False, why)
    return Finding("tick", True, _("It is on time."))


def _jobs(now: datetime) -> Finding:
    """Whether jobs wait for long; a waiting job's lock is the time from which it may be taken."""
    oldest = (
        OrmQ.objects.filter(key__in=queues(), lock__lte=now).order_by("lock").values_list("lock")
    ).first()
    if oldest is not None and oldest[0] < now - WAITING_TOO_LONG:
        why = _("A job has been waiting for %(seconds)d seconds.")
        return Finding("jobs", False, why % {"seconds": (now - oldest[0]).total_seconds()})
    return Finding("jobs", True, _("None waits for long."))


def _words() -> Finding:
    """Whether opt-outs are recognised, in every business."""
    trouble = ""
    for tenant_id in tenant_ids():
        with in_tenant(tenant_id):
            trouble = trouble or next(phrase_problems(), "")
    return Finding("opt-out words", not trouble, trouble or _("All that matter are in use."))


def _accounts() -> Finding:
    """Whether the providers let our accounts send."""
    with all_tenants():
        broken = Account.objects.in_trouble().count()
    if broken == 0:
        return Finding("accounts", True, _("No provider refuses one."))
    why = ngettext(
        "%(count)d account of a provider does not work: its page in the admin says why.",
        "%(count)d accounts of providers do not work: their pages in the admin say why.",
        broken,
    )
    return Finding("accounts", False, why % {"count": broken})


def _people() -> Finding:
    """Whether anybody stands in two contacts. Well all the same: nobody writes to the second."""
    with all_tenants():
        unmerged = Contact.objects.unmerged().count()
    if unmerged == 0:
        return Finding("people", True, _("Everyone stands in one contact."))
    sentence = ngettext(
        "%(count)d contact is also another one: run manage.py merge_contacts.",
        "%(count)d contacts are also others: run manage.py merge_contacts.",
        unmerged,
    )
    return Finding("people", True, sentence % {"count": unmerged})


def _retention(now: datetime) -> Finding:
    """Whether what was kept long enough goes, in every business."""
    oldest = now - NO_RUN_FOR
    with all_tenants():
        ended = RetentionRun.objects.filter(finished_at__gte=oldest)
        done = set(ended.values_list("tenant_id", flat=True))
    late = Tenant.objects.filter(created_at__lt=oldest).exclude(pk__in=done).count()
    if late == 0:
        return Finding("retention", True, _("What was kept long enough goes each night."))
    why = ngettext(
        "In %(count)d business nothing was taken away for two days that was kept long enough.",
        "In %(count)d businesses nothing was taken away for two days that was kept long enough.",
        late,
    )
    return Finding("retention", False, why % {"count": late})
