"""The page of a campaign that was launched: where it stands, what became of it, the answers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.utils.formats import date_format, number_format
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRefresh

from campaigns.admin.action_pages import offered
from campaigns.admin.builder.review import audience_in_words
from campaigns.admin.hours_words import hours_in_words
from campaigns.admin.progress import outcome
from campaigns.admin.progress.cost import billed, sales
from campaigns.admin.progress.panel import panel
from campaigns.audience.pages import follow_ups
from campaigns.launch.texts import text_and_mapping
from campaigns.models import Campaign, Recipient
from campaigns.operations import STARTABLE
from campaigns.states import CampaignStatus
from campaigns.summaries.campaigns import is_large
from contacts.permissions import may_see_people, shown_text
from messaging.admin.templates.phone import with_marks
from waproject.core.admin.permissions import PermissionLacking, require

ANSWERS_SHOWN = 100
# The states in which what became of the messages still changes from minute to minute.
MOVING = {CampaignStatus.LAUNCHING, CampaignStatus.ACTIVE, CampaignStatus.PAUSED}


@dataclass(frozen=True)
class Fact:
    label: str
    value: Any


class RunningAdmin(admin.ModelAdmin):
    """Needs `page` of the pages of decisions."""

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path(f"<int:campaign_id>/{name}/", wrap(view), name=f"campaigns_campaign_{name}")
            for name, view in [
                ("panel", self.panel_view),
                ("outcome", self.outcome_view),
                ("answers", self.answers_view),
            ]
        ] + super().get_urls()

    def panel_view(self, request, campaign_id):
        """Where a campaign stands, as a fragment of its page; a campaign that has moved reloads it.

        Its title, its buttons and its dates are others then, and a draft is a form.
        """
        campaign = self._seen(request, campaign_id)
        if request.GET.get("was", campaign.status) != campaign.status:
            return HttpResponseClientRefresh()
        context = self.panel_context(request, campaign)
        return render(request, "admin/campaigns/campaign/panel.html", context)

    def outcome_view(self, request, campaign_id):
        """What became of the messages, as a fragment of the campaign's page."""
        campaign = self._seen(request, campaign_id)
        cost = billed(campaign, request.user)
        counted = outcome.counts(campaign)
        context = {
            "campaign": campaign,
            "causes": outcome.causes(counted.value),
            "curve": outcome.curve(counted.value),
            "counted_at": counted.at if is_large(campaign) else None,
            "answers": outcome.answers(campaign, request.user),
            "billed": cost,
            "sales": sales(campaign, cost, request.user),
            "may_see_recipients": _may_see_recipients(request),
            "is_moving": campaign.status in MOVING,
        }
        return render(request, "admin/campaigns/campaign/outcome.html", context)

    def answers_view(self, request, campaign_id):
        """What people answered to a campaign, each with the way to the conversation."""
        campaign = self._seen(request, campaign_id)
        require(request.user, "contacts.view_contact", "messaging.view_conversation")
        found = outcome.answers(campaign, request.user, ANSWERS_SHOWN)
        return self.page(request, _("Answers"), "answers", campaign, {"answers": found})

    def _seen(self, request, campaign_id):
        campaigns = Campaign.objects.select_related("sender", "template__current")
        campaign = get_object_or_404(campaigns, pk=campaign_id)
        if not self.has_view_permission(request, campaign):
            raise PermissionLacking(["campaigns.view_campaign"])
        return campaign

    def panel_context(self, request, campaign):
        may_see_answers = may_see_people(request.user) and request.user.has_perm(
            "messaging.view_conversation"
        )
        shown = panel(campaign)
        return {
            "campaign": campaign,
            "panel": shown,
            "follow_ups": follow_ups(campaign, shown.counts, request.user),
            "decisions": offered(campaign, request.user),
            "may_preflight": campaign.status in STARTABLE,
            "may_see_recipients": _may_see_recipients(request),
            "may_see_answers": may_see_answers,
            "may_copy": self.has_add_permission(request),
        }

    def facts_context(self, request, campaign):
        """What the page says of a campaign besides its numbers."""
        text, _mapping = text_and_mapping(campaign)
        context = {"facts": facts(campaign), "text": with_marks(text, {}), "reader": ""}
        sample = _sample(campaign) if may_see_people(request.user) else None
        if sample:
            context |= {"text": shown_text(sample.body), "reader": sample.contact.name}
        return context


def _sample(campaign: Campaign) -> Recipient | None:
    """Somebody who got the message, and whose text is still kept."""
    sent = campaign.recipients.filter(sent_at__isnull=False).exclude(body="")
    found: Recipient | None = sent.select_related("contact").first()
    return found


def facts(campaign: Campaign) -> list[Fact]:
    """The settings and dates of a campaign that there are, by the names of its fields."""
    found = [
        ("audience", audience_in_words(campaign)),
        ("hours_start", hours_in_words(campaign.hours)),
        ("per_hour", campaign.per_hour and number_format(campaign.per_hour, force_grouping=True)),
        ("ends_at", _moment(campaign.ends_at)),
        ("tag", campaign.tag),
        ("follow_up_stage", campaign.follow_up_stage),
        ("scheduled_at", _moment(campaign.scheduled_at)),
        ("started_at", _moment(campaign.started_at)),
        ("completed_at", _moment(campaign.completed_at)),
        ("created_by", campaign.created_by),
        ("launched_by", campaign.launched_by),
    ]
    return [Fact(_label(name), value) for name, value in found if value]


def _label(name: str) -> str:
    if name == "hours_start":
        return _("Sending hours")
    return str(capfirst(Campaign._meta.get_field(name).verbose_name))


def _moment(at: datetime | None) -> str:
    return date_format(localtime(at), "SHORT_DATETIME_FORMAT") if at else ""


def _may_see_recipients(request):
    return request.user.has_perms(["campaigns.view_recipient"])
