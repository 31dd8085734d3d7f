"""From people whom a page shows to a draft of a campaign: buttons, list actions, follow-ups."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from campaigns.actions import CampaignAction
from campaigns.audience.drafts import draft_for
from campaigns.audience.filters import Audience
from campaigns.audience.from_list import audience_of
from campaigns.audience.outcomes import Outcome
from campaigns.audience.values import AudienceError
from campaigns.changing import OperationRefused
from campaigns.models import Campaign
from campaigns.states import CampaignStatus
from campaigns.tracking.funnel import Funnel
from contacts.admin.people_offers import Button, Group
from contacts.permissions import SEE_PEOPLE
from waproject.core.admin.permissions import require

# Before, nobody has got the message.
FOLLOWED = (
    CampaignStatus.ACTIVE,
    CampaignStatus.PAUSED,
    CampaignStatus.COMPLETED,
    CampaignStatus.CANCELLED,
)


class NewCampaign:
    """What campaigns offer for a group of people: a draft with just these."""

    name = "new_campaign"
    permissions = (CampaignAction.DRAFT.permission, SEE_PEOPLE)
    label = gettext_lazy("Create a campaign for them")

    def button(self, query: str, count: int | None) -> Button:
        url = reverse("admin:campaigns_campaign_for_people")
        try:
            audience_of(query)
        except AudienceError as error:
            return Button("", "", url, hindrance=str(error))
        return Button(_create_for(count), _("Create a campaign"), url, {"people": query})

    def take(self, request: HttpRequest, group: Group) -> HttpResponse:
        require(request.user, *self.permissions)
        try:
            audience = audience_of(group.query)
        except AudienceError as error:
            messages.error(request, str(error))
            return redirect("admin:contacts_contact_changelist")
        if group.ids:
            audience = replace(audience, contact_ids=tuple(sorted(group.ids)))
        if audience.is_everyone:
            messages.error(request, _("Choose the people first, by a filter or one by one."))
            return redirect("admin:contacts_contact_changelist")
        return _to_draft(request, audience)


class DraftPages(admin.ModelAdmin):
    """The addresses that the buttons post to."""

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        return [
            path("for-people/", wrap(for_people_view), name="campaigns_campaign_for_people"),
            path(
                "<int:campaign_id>/follow-up/",
                wrap(follow_up_view),
                name="campaigns_campaign_follow_up",
            ),
            *super().get_urls(),
        ]


@require_POST
def for_people_view(request: HttpRequest) -> HttpResponse:
    """Make a draft for the people whom the list of contacts has for `people`, a query."""
    return NewCampaign().take(request, Group(request.POST.get("people", "")))


@require_POST
def follow_up_view(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Make a draft for the people of a campaign whose message had the `outcome`."""
    require(request.user, CampaignAction.DRAFT.permission, "campaigns.view_campaign")
    campaign = get_object_or_404(Campaign.objects.select_related("sender"), pk=campaign_id)
    try:
        audience = Audience.from_json(
            {"of_campaigns": [campaign.pk], "outcome": request.POST.get("outcome")}
        )
    except AudienceError as error:
        messages.error(request, str(error))
        return redirect("admin:campaigns_campaign_change", campaign.pk)
    return _to_draft(request, audience, after=campaign)


def _to_draft(
    request: HttpRequest, audience: Audience, *, after: Campaign | None = None
) -> HttpResponse:
    user: Any = request.user
    try:
        draft = draft_for(audience, by=user, after=after)
    except OperationRefused as refusal:
        for sentence in refusal.sentences:
            messages.error(request, sentence)
        return redirect("admin:messaging_sender_add")
    messages.success(request, _("A draft was made. Nothing is sent before it is launched."))
    return redirect("admin:campaigns_campaign_change", draft.pk)


def _create_for(count: int | None) -> str:
    if count is None:
        return _("Create a campaign for these people")
    return ngettext(
        "Create a campaign for this person",
        "Create a campaign for these %(people)s people",
        count,
    ) % {"people": _grouped(count)}


@dataclass(frozen=True)
class FollowUp:
    """A part of a campaign's people, and how many they are."""

    outcome: str
    label: str
    number: int


def follow_ups(campaign: Campaign, counts: Funnel, user: Any) -> Sequence[FollowUp]:
    """To whom of a campaign another one may go; without those who are nobody."""
    if campaign.status not in FOLLOWED or not user.has_perm(CampaignAction.DRAFT.permission):
        return []
    numbers = {
        Outcome.NOT_READ: (_("Write to the %(people)s who did not read"), counts.unread),
        Outcome.NOT_REPLIED: (_("Write to the %(people)s who did not reply"), counts.unanswered),
        Outcome.REPLIED: (_("Write to the %(people)s who replied"), counts.replied),
        Outcome.NOT_DELIVERED: (
            _("Write to the %(people)s who did not get it"),
            counts.failed + counts.undelivered,
        ),
    }
    return [
        FollowUp(outcome.value, words % {"people": _grouped(number)}, number)
        for outcome, (words, number) in numbers.items()
        if number
    ]


def _grouped(number: int) -> str:
    return str(number_format(number, force_grouping=True))
