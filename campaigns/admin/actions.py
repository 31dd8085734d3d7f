"""The pages and list actions by which people launch, pause, resume, cancel and copy campaigns."""

from functools import partial

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns import operations
from campaigns.admin import action_pages as decisions
from campaigns.admin.action_pages import CANCEL, DECISIONS, PAUSE, RESUME, RETRY
from campaigns.audience import Audience, AudienceError
from campaigns.changing import OperationRefused
from campaigns.launch.checks import Preflight
from campaigns.launch.counting import count_again, counted
from campaigns.models import Campaign
from campaigns.operations import STARTABLE
from contacts.permissions import may_count_people, may_see_people
from waproject.core.jobs.admin import progress_of
from waproject.core.jobs.models import Job
from waproject.core.text.durations import in_words


class DecidingAdmin(admin.ModelAdmin):
    """Every page asks first, checks its own permission, and answers with a sentence."""

    actions = [
        "launch_selected",
        "pause_selected",
        "resume_selected",
        "retry_selected",
        "cancel_selected",
        "copy_selected",
    ]

    def has_launch_permission(self, request):
        return request.user.has_perm("campaigns.launch_campaign")

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
                "<int:campaign_id>/preflight/",
                wrap(self.preflight_view),
                name="campaigns_campaign_preflight",
            ),
            path(
                "<int:campaign_id>/decide/<slug:name>/",
                wrap(self.decide_view),
                name="campaigns_campaign_decide",
            ),
            *super().get_urls(),
        ]

    def preflight_view(self, request, campaign_id):
        """Shows what a launch would do (GET); launches, now or at the hour set (POST)."""
        campaign = self._campaign(campaign_id)
        may_launch = self.has_launch_permission(request)
        if not may_launch and (
            request.method == "POST" or not self.has_view_permission(request, campaign)
        ):
            raise PermissionDenied
        if campaign.status not in STARTABLE:
            return _to_page(campaign)
        if request.POST.get("when") == "again":
            count_again(campaign, by=request.user)
            return redirect("admin:campaigns_campaign_preflight", campaign.pk)
        if request.method == "POST":
            return self._launch_one(request, campaign)
        return self._preflight_page(request, campaign, may_launch)

    def _preflight_page(self, request, campaign, may_launch):
        """What a launch would do; of a large audience, how far the count of it is."""
        found = counted(campaign, by=request.user)
        title = _("Preflight of “%(name)s”")
        if isinstance(found, Job):
            context = {**progress_of(found, request), "may_launch": may_launch}
            return self._page(request, title, "counting", campaign, context)
        left_out = sum(row.count for row in found.left_out)
        context = {
            "campaign": campaign,
            "preflight": found,
            "left_out": left_out,
            "samples": found.samples if may_see_people(request.user) else [],
            "may_count": may_launch or may_count_people(request.user, found.recipients + left_out),
            "audience": audience_in_words(campaign),
            "duration": in_words(found.duration),
            "may_launch": may_launch,
        }
        return self._page(request, title, "preflight", campaign, context)

    def decide_view(self, request, campaign_id, name):
        """Asks whether to do it (GET); does it (POST)."""
        decision = DECISIONS.get(name)
        if decision is None or not request.user.has_perm(decision.permission):
            raise PermissionDenied
        campaign = self._campaign(campaign_id)
        if request.method == "POST":
            self._carry_out(request, campaign, decision.carry_out)
            return _to_page(campaign)
        return self._ask(request, decision, [campaign], campaign)

    @admin.action(permissions=["launch"], description=gettext_lazy("Launch"))
    def launch_selected(self, request, queryset):
        campaigns = queryset.select_related(
            "sender", "template__current", "template_version"
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
        return self._page(request, _("Launch"), "launch_selected", None, context)

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
            copy = operations.copy(campaign.pk, by=request.user)
            sentence = _("“%(name)s” is a new draft.") % {"name": copy}
            self.message_user(request, sentence, messages.SUCCESS)

    def _launch_one(self, request, campaign):
        later = request.POST.get("when") == "later"
        carry_out = decisions.schedule if later else decisions.launch
        accept_warnings = _accepts_warnings(request)
        if self._carry_out(request, campaign, partial(carry_out, accept_warnings=accept_warnings)):
            return _to_page(campaign)
        return redirect("admin:campaigns_campaign_preflight", campaign.pk)

    def _decide_selected(self, request, queryset, decision):
        campaigns = queryset.order_by("pk")
        if "confirmed" in request.POST:
            return self._carry_out_all(request, campaigns, decision.carry_out)
        return self._ask(request, decision, campaigns, None)

    def _ask(self, request, decision, campaigns, campaign):
        looked_at = [(one, decision.outlook(one)) for one in campaigns]
        context = {"decision": decision, "campaigns": looked_at}
        return self._page(request, decision.label, "decide", campaign, context)

    def _carry_out_all(self, request, campaigns, carry_out):
        for campaign in list(campaigns):
            self._carry_out(request, campaign, carry_out)

    def _carry_out(self, request, campaign, carry_out):
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

    def _campaign(self, campaign_id):
        campaigns = Campaign.objects.select_related(
            "sender", "template__current", "template_version"
        )
        return get_object_or_404(campaigns, pk=campaign_id)

    def _page(self, request, title, template, campaign, context):
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


def audience_in_words(campaign):
    try:
        return Audience.from_json(campaign.audience).describe()
    except AudienceError as error:
        return str(error)


def _accepts_warnings(request):
    return request.POST.get("accept_warnings") == "on"


def _to_page(campaign):
    return redirect("admin:campaigns_campaign_change", campaign.pk)
