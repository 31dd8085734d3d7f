"""The page of a template's life: how far it is with WhatsApp, its use, and what can be done.

Its part that waits for WhatsApp renews itself.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from messaging.actions import TemplateAction
from messaging.approvals.operations import archive, ask_for_sync, unarchive
from messaging.approvals.submitting import CannotSubmit, submit
from messaging.approvals.usage import VersionUsage, usage_of
from messaging.models import Channel, Template, TemplateApproval
from messaging.pricing.actions import SEE_PRICES
from messaging.pricing.estimates import billed_category, charge_of, prices_at_home
from messaging.pricing.money import Exchanges, cost_in_words
from messaging.states import ApprovalStatus
from messaging.texts.languages import language_name
from waproject.accounts.models import User
from waproject.core.admin import chips
from waproject.core.admin.permissions import require

VERSIONS_SHOWN = 20
CHANGE, VIEW = "messaging.change_template", "messaging.view_template"
TONES: chips.Tones = {
    ApprovalStatus.PENDING: chips.INFO,
    ApprovalStatus.APPROVED: chips.GOOD,
    ApprovalStatus.REJECTED: chips.BAD,
    ApprovalStatus.PAUSED: chips.WARN,
    ApprovalStatus.DISABLED: chips.BAD,
}


@dataclass(frozen=True)
class VersionLine:
    """One version: how far it is with WhatsApp, and how often it was sent."""

    approval: TemplateApproval
    is_in_use: bool
    is_current: bool
    usage: VersionUsage
    cost: str

    @property
    def version(self) -> Any:
        return self.approval.version

    @property
    def tone(self) -> str:
        return tone_of(self.approval)

    @property
    def is_told_above(self) -> bool:
        """Whether the page says at its head why this version is not submitted."""
        return self.is_current and self.approval.is_stuck

    @property
    def can_be_submitted(self) -> bool:
        return self.is_current and self.approval.status == ApprovalStatus.DRAFT


def tone_of(approval: TemplateApproval) -> str:
    """The tone of the chip of a version."""
    return chips.WARN if approval.is_stuck else TONES.get(approval.status, "")


def standing(template: Template) -> tuple[str, str]:
    """The chip of a template: its words, and their tone.

    They are those of the current version, unless its status is not that of the template.
    """
    approval = template.current.approval if template.current else None
    if approval is not None and approval.status == template.status:
        return approval.state_in_words, tone_of(approval)
    return str(template.get_status_display()), TONES.get(template.status, "")


class TemplateLifePages:
    """Adds the page, its buttons and the actions of the list to the admin of templates."""

    def get_urls(self) -> list[URLPattern]:
        site: Any = self.admin_site  # type: ignore[attr-defined]
        sync, life = site.admin_view(require_POST(self.sync_view)), site.admin_view(self.life_view)
        state = site.admin_view(require_GET(self.state_view))
        return [
            path("sync/", sync, name="messaging_template_sync"),
            path("<int:pk>/life/", life, name="messaging_template_life"),
            path("<int:pk>/life/state/", state, name="messaging_template_state"),
            *super().get_urls(),  # type: ignore[misc]
        ]

    def life_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show how it stands (GET); submit, archive or take out of the archive (POST)."""
        require(request.user, VIEW)
        template = _template(pk)
        if request.method == "POST":
            require(request.user, CHANGE)
            self._do(request, template)
            return redirect(reverse("admin:messaging_template_life", args=[template.pk]))
        context = {
            **self.admin_site.each_context(request),  # type: ignore[attr-defined]
            **_life_of(template, request.user),
            "title": template.name,
            "opts": Template._meta,
        }
        return TemplateResponse(request, "admin/messaging/template/life.html", context)

    def state_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The part of the page that changes, for htmx; nothing while all is as it was."""
        require(request.user, VIEW)
        if request.GET.get("known") == _waiting(pk):
            return HttpResponse(status=204)
        context = _life_of(_template(pk), request.user)
        return TemplateResponse(request, "admin/messaging/template/life_state.html", context)

    def _do(self, request: HttpRequest, template: Template) -> None:
        """What the button says that was pressed."""
        by: Any = request.user
        chosen = Template.objects.filter(pk=template.pk)
        match request.POST.get("do"):
            case "submit" if template.current:
                _submit(request, template, by)
            case "archive":
                archive(chosen, by=by)
                messages.success(request, _("The template is archived."))
            case "unarchive":
                unarchive(chosen, by=by)
                messages.success(request, _("The template is out of the archive."))

    def sync_view(self, request: HttpRequest) -> HttpResponse:
        """Have all templates brought in step with the provider."""
        require(request.user, TemplateAction.SYNC.permission)
        ask_for_sync(by=request.user)  # type: ignore[arg-type]
        messages.success(
            request,
            _("The provider is being asked for all templates. In some seconds the list has them."),
        )
        return redirect(reverse("admin:messaging_template_changelist"))

    @admin.action(permissions=["change"], description=gettext_lazy("Archive"))
    def archive_selected(self, request: HttpRequest, queryset: "QuerySet[Template]") -> None:
        self._put_away(request, queryset, archive)

    @admin.action(permissions=["change"], description=gettext_lazy("Take out of the archive"))
    def unarchive_selected(self, request: HttpRequest, queryset: "QuerySet[Template]") -> None:
        self._put_away(request, queryset, unarchive)

    def _put_away(
        self,
        request: HttpRequest,
        queryset: "QuerySet[Template]",
        operation: Callable[..., int],
    ) -> None:
        count = operation(queryset, by=request.user)
        sentence = ngettext("%(count)d template changed.", "%(count)d templates changed.", count)
        messages.success(request, sentence % {"count": count})


def version_lines(template: Template, user: User | Any) -> list[VersionLine]:
    """The latest versions, newest first; what they cost for who may see prices."""
    rows = TemplateApproval.objects.filter(version__template=template)
    related = ("version__created_by", "submitted_by")
    found = list(rows.select_related(*related).order_by("-version__number")[:VERSIONS_SHOWN])
    usages = usage_of([one.version_id for one in found])
    exchanges = Exchanges() if user.has_perm(SEE_PRICES) else None
    lines = []
    for one in found:
        usage = usages.get(one.version_id, VersionUsage())
        cost = cost_in_words(usage.costs, exchanges).shown if exchanges and usage.costs else ""
        in_use, current = template.in_use_id, template.current_id
        lines.append(
            VersionLine(one, one.version_id == in_use, one.version_id == current, usage, cost)
        )
    return lines


def _price_of(template: Template, user: User | Any) -> str:
    """What a message of it costs in the business's country, for who may see prices; else ""."""
    version = template.in_use or template.current
    if version is None or not user.has_perm(SEE_PRICES):
        return ""
    charge = charge_of(Channel.WHATSAPP, billed_category(version))
    return prices_at_home([charge]).get(charge.value, "")


def _template(pk: int) -> Template:
    rows = Template.objects.select_related("current__approval", "in_use", "account")
    return get_object_or_404(rows, pk=pk)


def _life_of(template: Template, user: User | Any) -> dict[str, Any]:
    lines = version_lines(template, user)
    status, tone = standing(template)
    return {
        "template": template,
        "language": language_name(template.language),
        "status": status,
        "tone": tone,
        "lines": lines,
        "price": _price_of(template, user),
        "is_on_its_way": any(line.approval.is_on_its_way for line in lines),
        "is_stuck": any(line.is_current and line.approval.is_stuck for line in lines),
        "waiting": _waiting(template.pk),
        "may_change": user.has_perm(CHANGE),
    }


def _waiting(template_id: int) -> str:
    """The approvals on which WhatsApp is to decide, with a mark at those that cannot get there."""
    rows = TemplateApproval.objects.filter(version__template=template_id)
    waiting = rows.filter(status=ApprovalStatus.PENDING).order_by("pk")
    return ",".join(f"{one.pk}{'!' * (one.is_on_its_way + one.is_stuck)}" for one in waiting)


def _submit(request: HttpRequest, template: Template, by: User) -> None:
    version = template.current
    if version is None:
        return
    try:
        status = submit(version, by=by)
    except CannotSubmit as refusal:
        for sentence in refusal.sentences:
            messages.error(request, sentence)
        return
    tell_submitted(request, status)


def tell_submitted(request: HttpRequest, status: ApprovalStatus) -> None:
    """Say what came of submitting a version, by the status that it has now."""
    if status == ApprovalStatus.PAUSED:
        sentence = _("Only what WhatsApp does not see was changed, and it paused this text.")
        messages.warning(request, sentence)
    elif status == ApprovalStatus.APPROVED:
        sentence = _("The template is approved: only what WhatsApp does not see was changed.")
        messages.success(request, sentence)
    else:
        sentence = _("The template is with WhatsApp. As a rule it decides within minutes.")
        messages.success(request, sentence)
