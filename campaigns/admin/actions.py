"""The pages and list actions by which people launch, pause, resume, cancel and copy campaigns."""

from functools import partial

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from campaigns import operations
from campaigns.actions import CampaignAction
from campaigns.admin import action_pages as decisions
from campaigns.admin.action_pages import APPROVE, CANCEL, DECISIONS, PAUSE, RESUME, RETRY
from campaigns.admin.builder.review import ReviewAdmin
from campaigns.changing import OperationRefused
from campaigns.launch.approval import as_seen
from campaigns.launch.checks import Preflight
from campaigns.launch.counting import counted
from campaigns.models import Campaign
from campaigns.operations import STARTABLE
from waproject.core.admin.permissions import require


class DecidingAdmin(ReviewAdmin):
    """Every page asks first, checks its own permission, and answers with a sentence."""

    actions = [
        "launch_selected",
        "pause_selected",
        "resume_selected",
        "retry_selected",
        "cancel_selected",
        "copy_selected",
    ]

    def has_pause_permission(self, request):
        return request.user.has_perm(PAUSE.permission)

    def has_resume_permission(self, request):
        return request.user.has_perm(RESUME.permission)

    def has_retry_permission(self, request):
        return request.user.has_perm(RETRY.permission)

    def has_cancel_permission(self, request):
        return request.user.has_perm(CANCEL.permission)

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path(
                "<int:campaign_id>/decide/<slug:name>/",
                wrap(self.decide_view),
                name="campaigns_campaign_decide",
            ),
            path(
                "<int:campaign_id>/copy/",
                wrap(require_POST(self.copy_view)),
                name="campaigns_campaign_copy",
            ),
            *super().get_urls(),
        ]

    def decide_view(self, request, campaign_id, name):
        """Asks whether to do it (GET); does it (POST)."""
        decision = DECISIONS.get(name)
        if decision is None:
            raise PermissionDenied
        require(request.user, decision.permission)
        campaign = self.campaign(campaign_id)
        if request.method == "POST":
            self.carry_out(request, campaign, self.if_as_seen(request, decision.carry_out))
            return _to_page(campaign)
        return self._ask(request, decision, [campaign], campaign)

    def copy_view(self, request, campaign_id):
        """Makes a draft like the campaign, and opens it."""
        require(request.user, CampaignAction.COPY.permission)
        draft = operations.copy(self.campaign(campaign_id).pk, by=request.user)
        self.message_user(request, _copied(draft), messages.SUCCESS)
        return _to_page(draft)

    @admin.action(permissions=["launch"], description=gettext_lazy("Launch"))
    def launch_selected(self, request, queryset):
        campaigns = queryset.select_related(
            "sender", "template__current", "template__in_use", "template_version"
        ).order_by("pk")
        if "confirmed" in request.POST:
            launch = partial(decisions.launch, accept_warnings=_accepts_warnings(request))
            return self._carry_out_all(request, campaigns, launch)
        checked = [
            (one, counted(one, by=request.user) if one.status in STARTABLE else None)
            for one in campaigns
        ]
        found = [one for _campaign, one in checked if isinstance(one, Preflight)]
        context = {
            "checked": checked,
            "may_start": any(not one.errors for one in found),
            "warned": any(one.warnings for one in found),
        }
        return self.page(request, _("Launch"), "launch_selected", None, context)

    @admin.action(permissions=["pause"], description=PAUSE.label)
    def pause_selected(self, request, queryset):
        return self._decide_selected(request, queryset, PAUSE)

    @admin.action(permissions=["resume"], description=RESUME.label)
    def resume_selected(self, request, queryset):
        return self._decide_selected(request, queryset, RESUME)

    @admin.action(permissions=["retry"], description=RETRY.label)
    def retry_selected(self, request, queryset):
        return self._decide_selected(request, queryset, RETRY)

    @admin.action(permissions=["cancel"], description=CANCEL.label)
    def cancel_selected(self, request, queryset):
        return self._decide_selected(request, queryset, CANCEL)

    @admin.action(permissions=["add"], description=gettext_lazy("Copy as a new draft"))
    def copy_selected(self, request, queryset):
        for campaign in queryset.order_by("pk"):
            draft = operations.copy(campaign.pk, by=request.user)
            self.message_user(request, _copied(draft), messages.SUCCESS)

    def _decide_selected(self, request, queryset, decision):
        campaigns = queryset.order_by("pk")
        if "confirmed" in request.POST:
            return self._carry_out_all(request, campaigns, decision.carry_out)
        return self._ask(request, decision, campaigns, None)

    def _ask(self, request, decision, campaigns, campaign):
        looked_at = [
            (one, one.status in decision.states, decision.outlook(one)) for one in campaigns
        ]
        context = {
            "decision": decision,
            "campaigns": looked_at,
            "is_possible": any(fits for _one, fits, _outlook in looked_at),
        }
        if decision is APPROVE:
            context["seen"] = request.GET.get("seen") or as_seen(campaign)
        return self.page(request, decision.label, "decide", campaign, context)

    def _carry_out_all(self, request, campaigns, carry_out):
        for campaign in list(campaigns):
            self.carry_out(request, campaign, carry_out)

    def carry_out(self, request, campaign, carry_out):
        """Do it, and say so; False when it was refused."""
        try:
            sentence = carry_out(campaign, request.user)
        except OperationRefused as refusal:
            for problem in refusal.sentences:
                text = _("“%(name)s”: %(problem)s") % {"name": campaign, "problem": problem}
                self.message_user(request, text, messages.ERROR)
            return False
        self.message_user(request, sentence, messages.SUCCESS)
        return True

    def campaign(self, campaign_id):
        campaigns = Campaign.objects.select_related(
            "sender", "template__current", "template__in_use", "template_version"
        )
        return get_object_or_404(campaigns, pk=campaign_id)

    def page(self, request, title, template, campaign, context):
        """A page under the list or, where one campaign is meant, under that campaign's page."""
        context = {
            **self.admin_site.each_context(request),
            "title": title % {"name": campaign} if campaign else title,
            "opts": self.opts,
            "media": self.media,
            "original": campaign,
            "action": request.POST.get("action", ""),
            "selected": request.POST.getlist(admin.helpers.ACTION_CHECKBOX_NAME),
            "select_across": request.POST.get("select_across", "0"),
            **context,
        }
        return TemplateResponse(request, f"admin/campaigns/campaign/{template}.html", context)


def _copied(draft):
    """That there is a new draft, with the way to it."""
    page = reverse("admin:campaigns_campaign_change", args=[draft.pk])
    link = format_html('<a href="{}">{}</a>', page, draft.name)
    return format_html(_("“{}” is a new draft."), link)


def _accepts_warnings(request):
    return request.POST.get("accept_warnings") == "on"


def _to_page(campaign):
    return redirect("admin:campaigns_campaign_change", campaign.pk)
