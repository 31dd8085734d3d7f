"""Bringing a submitted version to the provider: one content there, however often it is tried.

The job may be killed at any moment, and an answer may be lost. So it notes that it begins before it
asks for anything; whoever tries again looks first for what the former try may have made.
"""

from datetime import datetime, timedelta

from asgiref.sync import async_to_sync
from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from messaging.actions import TemplateAction
from messaging.approvals.deciding import take_state
from messaging.approvals.following import follow
from messaging.approvals.specs import spec_of
from messaging.approvals.submitting import write_provider_data
from messaging.models import Account, Template, TemplateApproval, TemplateVersion
from messaging.providers.templates import (
    ApprovalState,
    ContentSpec,
    RemoteTemplate,
    TemplateRefused,
    Templates,
)
from messaging.states import ApprovalStatus
from messaging.texts.content import TemplateContent
from messaging.texts.numbering import numbers
from waproject.accounts.actors import SYSTEM
from waproject.audit.acting import Entry, record
from waproject.core.db.retry import persistently
from waproject.core.text.sentences import stored

BEGUN = "begun"
# A try that noted its beginning so long ago is dead: the queue's time limit for a job has passed.
DEAD_AFTER = timedelta(seconds=90)
# What could not be handed in for so long, staff have back.
GIVE_BACK_AFTER = timedelta(hours=6)


def hand_in(version_id: int) -> str:
    """Create the version at the provider and ask for its approval; say what came of it.

    Raises ProviderUnavailable or NotConfigured; messaging.approvals.asking has it tried again.
    """
    rows = TemplateVersion.objects.select_related("template__account", "approval")
    version, began = rows.get(pk=version_id), timezone.now()
    is_second = _begin(version.approval.pk, began)
    if is_second is None:
        return "nothing to do"
    try:
        state = _bring(version, is_second=is_second)
    except TemplateRefused as refusal:
        state = ApprovalState(ApprovalStatus.REJECTED, reason=refusal.sentence)
    take_state(version.approval.pk, state, as_of=began)
    return state.status


@transaction.atomic
def _begin(approval_id: int, now: datetime) -> bool | None:
    """Note that a try begins; whether there was one before. None: there is nothing to do now."""
    row = TemplateApproval.objects.select_for_update().get(pk=approval_id)
    if row.status != ApprovalStatus.PENDING:
        return None
    begun = parse_datetime(row.raw.get(BEGUN, ""))
    if begun and now - begun < DEAD_AFTER:
        return None
    row.raw, row.synced_at = {BEGUN: now.isoformat()}, now
    row.save(update_fields=["raw", "synced_at"])
    return begun is not None


def _bring(version: TemplateVersion, *, is_second: bool) -> ApprovalState:
    content = TemplateContent.of(version)
    spec = spec_of(content, version.approval.submitted_name)
    account, sid = version.template.account, version.content_sid
    if not sid:
        sid = _create(account, spec, is_second=is_second)
        # Before anything else is asked: from here on the version is found by it.
        write_provider_data(version, sid, numbers(content))
    return _submit(account, sid, spec.name, version.category, is_second=is_second)


@async_to_sync
async def _create(account: Account, spec: ContentSpec, *, is_second: bool) -> str:
    async with account.provider_templates() as templates:
        found = await _made_before(templates, spec) if is_second else None
        return found.sid if found else await templates.create(spec)


async def _made_before(templates: Templates, spec: ContentSpec) -> RemoteTemplate | None:
    """What a former try made: it has our name, and says the same."""
    async for one in templates.list():
        if one.content and _is(one.content, spec) and one.content.name == spec.name:
            return one
    return None


def _is(found: ContentSpec, spec: ContentSpec) -> bool:
    parts = ("language", "body", "header_text", "header_media", "footer", "buttons")
    return all(getattr(found, name) == getattr(spec, name) for name in parts)


@async_to_sync
async def _submit(
    account: Account, sid: str, name: str, category: str, *, is_second: bool
) -> ApprovalState:
    async with account.provider_templates() as templates:
        if is_second:
            found = await templates.fetch(sid)
            if found and found.approval.status not in {"", ApprovalStatus.DRAFT}:
                return found.approval
        return await templates.submit(sid, name, category)


@persistently
@transaction.atomic
def note_stuck(version_id: int, why: str, *, must_act: bool) -> bool:
    """Note why a submitted version could not be handed in; return whether staff have it back.

    It is tried again for some hours, and then a draft again, so that nobody waits for WhatsApp in
    vain. `must_act`: no further try succeeds before somebody mends something.
    """
    template = Template.objects.select_for_update(of=("self",)).get(versions=version_id)
    rows = TemplateApproval.objects.filter(version=version_id)
    approval = rows.select_related("version").select_for_update(of=("self",)).get()
    if approval.status != ApprovalStatus.PENDING:
        return False
    now, reason = timezone.now(), stored(why)
    is_over = approval.submitted_at is None or approval.submitted_at < now - GIVE_BACK_AFTER
    stuck_at = approval.stuck_at or (now if must_act or is_over else None)
    if not is_over:
        rows.update(reason=reason, stuck_at=stuck_at)
        return False
    rows.advance(ApprovalStatus.DRAFT, reason=reason, stuck_at=stuck_at)
    follow(template)
    entry = Entry(template, str(template), reason=str(why))
    entry.before = {"status": ApprovalStatus.PENDING.value, "version": approval.version.number}
    entry.after = {"status": ApprovalStatus.DRAFT.value, "version": approval.version.number}
    record(SYSTEM, TemplateAction.GIVEN_BACK.value, entry)
    return True
