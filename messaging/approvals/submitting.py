"""Submitting a version of a template to WhatsApp: what staff decide; a job does it."""

from collections.abc import Sequence

from django.utils import timezone

from messaging.actions import TemplateAction
from messaging.approvals.deciding import take_state
from messaging.approvals.following import follow
from messaging.approvals.specs import same_there
from messaging.models import Template, TemplateApproval, TemplateVersion
from messaging.providers.base import NotConfigured
from messaging.providers.templates import ApprovalState
from messaging.states import ApprovalStatus
from messaging.texts.content import TemplateContent
from messaging.texts.header_files import is_fetched_by_others
from messaging.texts.numbering import NAMES, numbers, provider_names
from messaging.texts.rules.checking import refusals
from waproject.accounts.actors import Actor, user_of
from waproject.audit.acting import acting
from waproject.core.text.sentences import gettext as _
from waproject.tenants.jobs import enqueue

HAND_IN = "messaging.approvals.jobs.hand_in"
# A version in one of these needs no second review of the same text.
_TAKEN = (ApprovalStatus.PENDING, ApprovalStatus.APPROVED, ApprovalStatus.PAUSED)


class CannotSubmit(Exception):
    """Why a version cannot be submitted. `sentences` are for the person who asked."""

    def __init__(self, sentences: Sequence[str]) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = list(sentences)


def submit(version: TemplateVersion, *, by: Actor) -> ApprovalStatus:
    """Ask WhatsApp to approve a version; return its status from now on: `pending` as a rule,
    else that of the version which it takes over.

    A job brings it to the provider. A version in which the provider would see no difference to one
    that it takes, or still looks at, takes over that one's approval at once: only what its
    placeholders show, or what its buttons do here, was changed. Raises CannotSubmit with what is to
    be mended first.
    """
    with acting(by, TemplateAction.SUBMIT, version.template, text=str(version.template)) as event:
        locked = Template.objects.select_for_update(of=("self",)).select_related("account")
        template = locked.get(pk=version.template_id)
        if problems := why_not(template, version):
            raise CannotSubmit(problems)
        twin = _twin(version)
        if twin is None:
            _begin(template, version, by)
        else:
            _take_over(version, twin, by)
        status = TemplateApproval.objects.values_list("status", flat=True).get(version=version)
        event.after = {"version": version.number, "status": status}
    return ApprovalStatus(status)


def why_not(template: Template, version: TemplateVersion) -> list[str]:
    """What has to be mended before a version can be submitted: sentences."""
    if template.archived_at:
        return [_("The template is archived. Take it out of the archive first.")]
    if version.approval.status != ApprovalStatus.DRAFT:
        return [_("This version was submitted already. Change the text to submit another version.")]
    content = TemplateContent.of(version)
    found = [one.text for one in refusals(content)]
    if not template.account.api.is_simulated and not is_fetched_by_others(content.header_media):
        found.append(
            _(
                "WhatsApp cannot fetch the file of the header from here: this installation has no"
                " public address (PUBLIC_BASE_URL). Set it, or give the address of a file in the"
                " web."
            )
        )
    try:
        template.account.sending_credentials()
    except NotConfigured as error:
        found.append(error.sentence)
    return found


def _begin(template: Template, version: TemplateVersion, by: Actor) -> None:
    """Note that a version is submitted, and queue the job that does it."""
    now = timezone.now()
    TemplateApproval.objects.filter(version=version).advance(
        ApprovalStatus.PENDING,
        submitted_name=_name_there(template, version),
        submitted_at=now,
        synced_at=now,
        submitted_by=user_of(by),
        reason="",
        stuck_at=None,
    )
    follow(template)
    enqueue(HAND_IN, version.pk)


def _name_there(template: Template, version: TemplateVersion) -> str:
    """What the provider is to call the version: a name that no other version went under.

    One that was submitted before, and never got there as far as we know, keeps its own: under that
    it is found if it did.
    """
    if version.approval.submitted_name:
        return version.approval.submitted_name
    earlier = TemplateApproval.objects.filter(version__template=template).exclude(submitted_name="")
    return f"{template.name}_v{version.number}" if earlier.exists() else template.name


def _twin(version: TemplateVersion) -> TemplateVersion | None:
    """The newest version that the provider takes or looks at, if it says the same as this one.

    One that was rejected is none: the reviewer saw its examples as well, which may be better now.
    """
    rows = TemplateVersion.objects.filter(template=version.template_id).exclude(content_sid="")
    alive = rows.filter(approval__gone_at=None, approval__status__in=_TAKEN)
    newest = alive.select_related("approval").order_by("-number").first()
    if newest and same_there(TemplateContent.of(newest), TemplateContent.of(version)):
        return newest
    return None


def _take_over(version: TemplateVersion, twin: TemplateVersion, by: Actor) -> None:
    """Let a version have the provider's text of another one, and what is said of it."""
    here, there = numbers(TemplateContent.of(version)), numbers(TemplateContent.of(twin))
    known = provider_names(twin)
    by_number = {number: known[name] for name, number in there.items()}
    names = {name: by_number[number] for name, number in here.items()}
    write_provider_data(version, twin.content_sid, names)
    now = timezone.now()
    rows = TemplateApproval.objects.filter(version=version)
    rows.update(submitted_at=now, submitted_by=user_of(by), synced_at=now)
    approval = twin.approval
    state = ApprovalState(
        approval.status,
        name=approval.submitted_name,
        category=approval.category_there,
        quality=approval.quality,
        raw=approval.raw,
    )
    take_state(version.approval.pk, state, as_of=approval.known_at or now)


def write_provider_data(version: TemplateVersion, sid: str, names: dict[str, str]) -> None:
    """Note the provider's id of a version and its names of the placeholders: once."""
    rows = TemplateVersion.objects.filter(pk=version.pk, content_sid="")
    rows.update(content_sid=sid, provider_data={NAMES: names})
