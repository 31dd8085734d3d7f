"""Bringing all templates of an account in step with what the provider has."""

import logging
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from asgiref.sync import async_to_sync
from django.db import transaction
from django.db.models import CharField, F, Q
from django.utils import timezone

from messaging.actions import TemplateAction
from messaging.approvals.deciding import take_state
from messaging.approvals.operations import SYNC
from messaging.approvals.specs import content_of
from messaging.approvals.submitting import write_provider_data
from messaging.models import Account, Category, Template, TemplateApproval, TemplateVersion
from messaging.providers.base import NotConfigured, ProviderUnavailable
from messaging.providers.templates import ContentSpec, RemoteTemplate
from messaging.states import AccountStatus, ApprovalStatus
from messaging.texts.content import TemplateContent
from messaging.texts.template_versions import write_template
from waproject.accounts.actors import SYSTEM
from waproject.audit.acting import Entry, record
from waproject.core.db.bulk_lookup import each
from waproject.core.text.errors import kind_and_place
from waproject.core.text.sentences import gettext as _
from waproject.tenants.jobs import enqueue

EVERY = timedelta(hours=4)
# After a list that could not be read.
AGAIN_AFTER = timedelta(minutes=15)
_LONGEST_NAME = 100
# The columns of a version that hold the provider's texts, and how long each may be.
_LENGTHS = {
    one.attname: one.max_length
    for one in TemplateVersion._meta.concrete_fields
    if isinstance(one, CharField) and one.max_length
}

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Synced:
    """What a sync did: counts of templates. `unfit` are of a kind or length that is unknown here,
    `failed` those with which something went wrong, as the log says.
    """

    seen: int = 0
    moved: int = 0
    imported: int = 0
    missing: int = 0
    unfit: int = 0
    failed: int = 0

    def __str__(self) -> str:
        return (
            f"{self.seen} seen, {self.moved} moved, {self.imported} imported,"
            f" {self.missing} missing, {self.unfit} unfit, {self.failed} failed"
        )


def queue_due() -> int:
    """Queue a job for each account whose templates were not listed lately; return how many."""
    now = timezone.now()
    waiting = Q(templates_synced_at=None) | Q(templates_synced_at__lt=now - EVERY)
    accounts = Account.objects.exclude(status=AccountStatus.DISCONNECTED).filter(waiting)
    ordered = accounts.order_by(F("templates_synced_at").asc(nulls_first=True), "pk")
    return sum(_queue(pk, waiting, now) for pk in list(ordered.values_list("pk", flat=True)))


@transaction.atomic
def _queue(account_id: int, waiting: Q, now: datetime) -> bool:
    # The moment is the claim: it is no longer due for anybody else.
    if not Account.objects.filter(waiting, pk=account_id).update(templates_synced_at=now):
        return False
    enqueue(SYNC, account_id)
    return True


def sync(account: Account) -> Synced:
    """Bring the templates of an account in step with the provider's list.

    A version is known by its id there. What is new to us and was submitted to WhatsApp becomes a
    template; what the list lacks is asked about by itself, and nothing is deleted. One with which
    something goes wrong holds up no other. Raises ProviderUnavailable or NotConfigured, before
    anything was changed; it is tried again soon.
    """
    began = timezone.now()
    rows = Account.objects.filter(pk=account.pk)
    rows.update(templates_synced_at=began)
    try:
        remotes = _listed(account)
    except (NotConfigured, ProviderUnavailable):
        rows.update(templates_synced_at=began - EVERY + AGAIN_AFTER)
        raise
    known = _known(account)
    done = Synced(seen=len(remotes))
    for remote in remotes:
        try:
            _take(account, remote, known.get(remote.sid, []), began, done)
        except Exception as error:
            # Without the error's text, which can quote a row.
            logger.error("A template was not taken: %s", kind_and_place(error))
            done.failed += 1
    done.missing = _ask_about_missing(known, {one.sid for one in remotes}, began)
    return done


@async_to_sync
async def _listed(account: Account) -> list[RemoteTemplate]:
    async with account.provider_templates() as templates:
        return [one async for one in templates.list()]


def _known(account: Account) -> dict[str, list[TemplateApproval]]:
    """The approvals of the versions that the provider has, by its id of them."""
    rows = TemplateApproval.objects.filter(version__template__account=account)
    found: dict[str, list[TemplateApproval]] = {}
    for one in rows.exclude(version__content_sid="").select_related("version").order_by("pk"):
        found.setdefault(one.version.content_sid, []).append(one)
    return found


def _take(
    account: Account,
    remote: RemoteTemplate,
    approvals: list[TemplateApproval],
    began: datetime,
    done: Synced,
) -> None:
    """Bring one template in step: `approvals` are of the versions that it is here."""
    for approval in approvals:
        done.moved += take_state(approval.pk, remote.approval, as_of=began)
    if approvals or remote.approval.status in {"", ApprovalStatus.DRAFT}:
        return
    content = _content_of(remote)
    if content is None:
        done.unfit += 1
    else:
        done.imported += _import(account, remote, content, began)


def _content_of(remote: RemoteTemplate) -> TemplateContent | None:
    """What the provider has, as a template; None when it cannot be one here."""
    spec: ContentSpec | None = remote.content
    if spec is None:
        return None
    content = content_of(spec, remote.approval.category or Category.MARKETING)
    texts = {**content.columns(), "content_sid": remote.sid}
    fits = all(len(texts[name]) <= most for name, most in _LENGTHS.items() if name in texts)
    return content if fits else None


def _ask_about_missing(
    known: dict[str, list[TemplateApproval]], there: set[str], began: datetime
) -> int:
    """Have the provider asked about each version that the list lacks; return how many.

    A list can be cut short or late: only the provider's answer about the one version counts. What
    was submitted while the list was read may lack in it.
    """
    lacking = [one.pk for sid, found in known.items() if sid not in there for one in found]
    older = Q(submitted_at=None) | Q(submitted_at__lt=began)
    rows = TemplateApproval.objects.filter(older, pk__in=each(int, lacking), gone_at=None)
    return rows.exclude(status=ApprovalStatus.DRAFT).update(synced_at=None)


@transaction.atomic
def _import(
    account: Account, remote: RemoteTemplate, content: TemplateContent, began: datetime
) -> bool:
    """Make a template of one of the provider's; False when another sync was faster."""
    Account.objects.select_for_update(no_key=True).get(pk=account.pk)
    ours = TemplateVersion.objects.filter(template__account=account)
    if ours.filter(content_sid=remote.sid).exists():
        return False
    template = write_template(
        _free_name(account, remote),
        by=SYSTEM,
        content=content,
        reason=_("As the provider has it."),
        account=account,
    )
    version = template.current
    if version is None:
        raise TypeError("A new template has a version.")
    write_provider_data(version, remote.sid, {name: name for name in content.placeholders})
    entry = Entry(template, str(template))
    entry.after = {"content_sid": remote.sid, "status": remote.approval.status}
    record(SYSTEM, TemplateAction.IMPORTED.value, entry)
    approval = TemplateApproval.objects.filter(version=version)
    approval.update(submitted_at=remote.updated_at or began, synced_at=began)
    take_state(approval.get().pk, remote.approval, as_of=began)
    return True


def _free_name(account: Account, remote: RemoteTemplate) -> str:
    """The provider's name in our spelling; with the end of its id where another has that name."""
    name = re.sub(r"[^a-z0-9_]+", "_", remote.name.lower()).strip("_")[:_LONGEST_NAME] or "template"
    there = Template.objects.filter(account=account, name=name, language=remote.language)
    if not there.exists():
        return name
    return f"{name[: _LONGEST_NAME - 9]}_{remote.sid[-8:].lower()}"
