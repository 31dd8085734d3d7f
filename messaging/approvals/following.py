"""A template follows the approvals of its versions; nothing else writes its status.

Also for a text that the provider has already: no version of it was submitted from here.
"""

from typing import Any

from django.db import transaction
from django.utils import timezone

from messaging.models import Account, Template, TemplateApproval, TemplateVersion
from messaging.states import ApprovalStatus, TemplateStatus
from messaging.texts.content import TemplateContent
from messaging.texts.rendering import VariableMapping
from messaging.texts.template_versions import write_template
from waproject.accounts.actors import Actor
from waproject.core.text.sentences import stored

# In use stays what was approved, also while the provider has stopped it.
_USABLE = (ApprovalStatus.APPROVED, ApprovalStatus.PAUSED, ApprovalStatus.DISABLED)


@transaction.atomic
def follow(template: Template) -> None:
    """Let the template's version in use and its status be what its approvals say now.

    In use is the newest approved version; where none is approved any more, the one that was.
    """
    row = Template.objects.select_for_update().get(pk=template.pk)
    approvals = TemplateApproval.objects.filter(version__template=row).order_by("-version__number")
    found = list(approvals.select_related("version"))
    approved = [one for one in found if one.status == ApprovalStatus.APPROVED and not one.gone_at]
    in_use = next(iter(approved), None) or next(
        (one for one in found if one.version_id == row.in_use_id and one.status in _USABLE), None
    )
    row.in_use = in_use.version if in_use else None
    row.status = _status(row, in_use, found)
    row.save(update_fields=["in_use", "status", "updated_at"])
    is_current = template.current is not None and template.current.pk == row.in_use_id
    template.in_use = template.current if is_current else row.in_use
    template.status = row.status


def _status(
    template: Template, in_use: TemplateApproval | None, found: list[TemplateApproval]
) -> TemplateStatus:
    """`found`: the approvals of all versions, the newest first."""
    if template.archived_at:
        return TemplateStatus.ARCHIVED
    if in_use and in_use.status == ApprovalStatus.APPROVED:
        return TemplateStatus.APPROVED
    submitted = (one.status for one in found if one.status != ApprovalStatus.DRAFT)
    return TemplateStatus(next(submitted, ApprovalStatus.DRAFT))


@transaction.atomic
def adopt(
    version: TemplateVersion,
    *,
    content_sid: str,
    status: str = ApprovalStatus.APPROVED,
    reason: str = "",
) -> None:
    """Note that the provider has this version under this id, and what it says of it."""
    TemplateVersion.objects.filter(pk=version.pk, content_sid="").update(content_sid=content_sid)
    version.content_sid = version.content_sid or content_sid
    now = timezone.now()
    row = TemplateApproval.objects.filter(version=version)
    row.advance(
        ApprovalStatus(status),
        submitted_name=version.template.name,
        reason=stored(reason),
        submitted_at=now,
        decided_at=now,
        synced_at=now,
        known_at=now,
    )
    follow(version.template)


@transaction.atomic
def new_template(
    name: str,
    *,
    by: Actor,
    body: str,
    variables: VariableMapping | None = None,
    content_sid: str = "",
    status: str = ApprovalStatus.APPROVED,
    account: Account | None = None,
    **parts: Any,
) -> Template:
    """A template with its first version; `parts` are further parts of its TemplateContent.

    With a content sid the provider has it already, and says `status` of it.
    """
    content = TemplateContent(body=body, variables=variables or {}, **parts)
    template = write_template(name, by=by, content=content, account=account)
    if content_sid and template.current:
        adopt(template.current, content_sid=content_sid, status=status)
    return template
