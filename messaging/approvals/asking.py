"""Asking the provider what became of single versions: soon after they were submitted, and when an
error speaks of one. The full list comes every few hours (messaging.approvals.syncing)."""

import time
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from asgiref.sync import async_to_sync
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from messaging.approvals.deciding import take_state
from messaging.approvals.handing_in import BEGUN, DEAD_AFTER
from messaging.models import Account, TemplateApproval
from messaging.providers.base import NotConfigured, ProviderUnavailable
from messaging.providers.templates import ApprovalState, RemoteTemplate
from messaging.states import ApprovalStatus
from waproject.tenants.jobs import enqueue
from waproject.tenants.scope import in_tenant

ASK, HAND_IN = "messaging.approvals.jobs.ask", "messaging.approvals.jobs.hand_in"
# How often a version in review is asked about, by how long ago it was submitted.
_PACE = (
    (timedelta(minutes=2), timedelta(seconds=4)),
    (timedelta(hours=1), timedelta(minutes=1)),
    (timedelta(days=30), timedelta(minutes=30)),
)
# The supervisors look several times a second; one look in so many seconds is enough here.
LOOK_EVERY = 2.0
# After an error about it, a version is asked about once in so long.
_REST = timedelta(seconds=30)
_looked_at = 0.0


def ask_soon(version_ids: Collection[int], now: datetime) -> int:
    """Have the provider asked about these versions: it refused a message for its template."""
    rows = TemplateApproval.objects.filter(version__in=version_ids, synced_at__lt=now - _REST)
    return rows.exclude(status=ApprovalStatus.DRAFT).update(synced_at=None)


def due(now: datetime) -> Q:
    """A condition on approvals: the provider is to be asked about them now."""
    in_review = Q(status=ApprovalStatus.PENDING)
    found = Q(synced_at=None) & ~Q(status=ApprovalStatus.DRAFT)
    for age, pace in _PACE:
        found |= in_review & Q(submitted_at__gt=now - age, synced_at__lt=now - pace)
    return found


def queue_due(*, at_once: bool = False) -> int:
    """Queue a job for the versions that are to be asked about, of all tenants; return how many.

    Runs in the scope of all tenants. Two supervisors that find the same queue one job.
    """
    global _looked_at
    if not at_once and time.monotonic() - _looked_at < LOOK_EVERY:
        return 0
    _looked_at = time.monotonic()
    now = timezone.now()
    found = TemplateApproval.objects.filter(due(now))
    rows = found.values_list("tenant_id", "pk", "version_id", "version__content_sid", "raw")
    return sum(_queue(*row, now) for row in rows.order_by("pk")[:100])


def _queue(tenant: int, pk: int, version: int, sid: str, raw: dict[str, str], now: datetime) -> int:
    with in_tenant(tenant), transaction.atomic():
        # The moment is the claim: it is no longer due for anybody else.
        rows = TemplateApproval.objects.filter(due(now), pk=pk)
        is_unfinished = BEGUN in raw or not sid
        if is_unfinished:
            rows = rows.filter(Q(synced_at=None) | Q(synced_at__lt=now - DEAD_AFTER))
        if not rows.update(synced_at=now):
            return 0
        enqueue(HAND_IN if is_unfinished else ASK, version)
    return 1


def ask(version_ids: Sequence[int]) -> int:
    """Ask the provider about versions and take what it says; return how many it answered about.

    Raises ProviderUnavailable or NotConfigured.
    """
    rows = TemplateApproval.objects.filter(version__in=version_ids)
    found = rows.exclude(version__content_sid="").select_related("version__template__account")
    approvals = list(found)
    for approval in approvals:
        account, began = approval.version.template.account, timezone.now()
        remote = _fetched(account, approval.version.content_sid)
        if remote is None:
            take_gone(approval.pk, as_of=began)
        else:
            take_state(approval.pk, remote.approval, as_of=began)
    return len(approvals)


def take_gone(approval_id: int, *, as_of: datetime) -> bool:
    """The provider no longer has a version: it counts as disabled; return whether it moved."""
    gone = ApprovalState(ApprovalStatus.DISABLED)
    return take_state(approval_id, gone, as_of=as_of, is_gone=True)


@async_to_sync
async def _fetched(account: Account, sid: str) -> RemoteTemplate | None:
    async with account.provider_templates() as templates:
        return await templates.fetch(sid)


def ask_quietly(version_ids: Iterable[int]) -> str:
    """As `ask`, for a job: a provider that is away is asked again later."""
    try:
        return f"{ask(list(version_ids))} asked"
    except (NotConfigured, ProviderUnavailable) as error:
        return f"not asked: {type(error).__name__}"
