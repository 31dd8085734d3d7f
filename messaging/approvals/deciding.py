"""An approval takes a state of the provider's: the template follows, and whoever sends with it."""

from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from messaging.actions import TemplateAction
from messaging.approvals.following import follow
from messaging.models import Template, TemplateApproval, TemplateVersion
from messaging.providers.templates import ApprovalState
from messaging.states import ApprovalStatus
from waproject.accounts.actors import SYSTEM
from waproject.audit.acting import Entry, record
from waproject.core.db.retry import persistently
from waproject.core.text.sentences import Sentence, in_words, joined, stored
from waproject.core.text.sentences import gettext as _

# Hears of a version that can no longer be sent, or can again.
Listener = Callable[[TemplateVersion, ApprovalStatus], None]
# Of what the provider calls it, so many characters are kept.
_LONGEST_NAME = 512

# What the codes mean with which WhatsApp begins a refusal, where it gives one.
_MEANINGS: dict[str, Callable[[], Sentence]] = {
    "INVALID_FORMAT": lambda: _("The form of the text breaks a rule."),
    "TAG_CONTENT_MISMATCH": lambda: _("The text does not fit its category or its language."),
    "INCORRECT_CATEGORY": lambda: _("The text does not fit its category."),
    "PROMOTIONAL": lambda: _("The text promotes something: its category is marketing."),
    "ABUSIVE_CONTENT": lambda: _("WhatsApp takes the text for a threat or an insult."),
    "SCAM": lambda: _("WhatsApp takes the text for an attempt to get at secrets or money."),
}


@persistently
@transaction.atomic
def take_state(
    approval_id: int, state: ApprovalState, *, as_of: datetime, is_gone: bool = False
) -> bool:
    """Bring an approval in step with what the provider says; return whether its status moved.

    `as_of` is when the asking began: an answer that is older than what is known changes nothing.
    What is gone there counts as disabled. A word that is new to us moves nothing, nor does the
    provider's word for what was never submitted.
    """
    # As in `submit`: the template first, then the approval.
    Template.objects.select_for_update(of=("self",)).get(versions__approval=approval_id)
    rows = TemplateApproval.objects.filter(pk=approval_id)
    approval = rows.select_related("version__template").select_for_update(of=("self",)).get()
    if approval.known_at and as_of < approval.known_at:
        return False
    # Whoever wants it asked about sets None; only the queue, which has it asked, takes that back.
    asked_at = approval.synced_at and max(as_of, approval.synced_at)
    if state.status == ApprovalStatus.DRAFT:
        _note_presence(approval, asked_at)
        return False
    former = ApprovalStatus(approval.status)
    to = ApprovalStatus(state.status or former)
    seen: dict[str, Any] = {
        "known_at": as_of,
        "synced_at": asked_at,
        "stuck_at": None,
        "gone_at": (approval.gone_at or as_of) if is_gone else None,
        "category_there": state.category or approval.category_there,
        "quality": state.quality or approval.quality,
        "raw": approval.raw if is_gone else state.raw,
        "submitted_name": state.name[:_LONGEST_NAME] or approval.submitted_name,
    }
    gone = _("The provider has this template no more.")
    reason = stored(gone if is_gone else _reason_of(state))
    if to is former:
        was_gone = approval.gone_at is not None
        rows.update(**seen, reason=reason)
        if was_gone != is_gone:
            follow(approval.version.template)
        return False
    moved = bool(rows.advance(to, reason=reason, decided_at=as_of, **seen))
    if moved:
        _tell(approval, former, to, reason)
    return moved


def _note_presence(approval: TemplateApproval, asked_at: datetime | None) -> None:
    """Note that the provider has the text of a version, and no decision about it."""
    TemplateApproval.objects.filter(pk=approval.pk).update(synced_at=asked_at, gone_at=None)
    if approval.gone_at:
        follow(approval.version.template)


def _tell(
    approval: TemplateApproval, former: ApprovalStatus, to: ApprovalStatus, reason: Any
) -> None:
    version = approval.version
    template = version.template
    follow(template)
    entry = Entry(template, str(template), reason=in_words(reason))
    entry.before = {"status": former.value, "version": version.number}
    entry.after = {"status": to.value, "version": version.number}
    record(SYSTEM, TemplateAction.DECIDED.value, entry)
    for listener in _listeners(tuple(settings.TEMPLATE_LISTENERS)):
        listener(version, to)


def _reason_of(state: ApprovalState) -> str:
    """WhatsApp's own words, after what their code means."""
    code = state.reason.partition(":")[0].strip()
    if code in _MEANINGS:
        said = _("WhatsApp says: %(words)s") % {"words": state.reason}
        return joined(_MEANINGS[code](), said)
    return state.reason


@cache
def _listeners(names: tuple[str, ...]) -> list[Listener]:
    return [import_string(name) for name in names]
