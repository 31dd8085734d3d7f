"""The list of campaigns: what each says, where it stands, and how far its people came."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from campaigns.admin.builder.steps import message_in_words
from campaigns.admin.mini_funnel import mini_funnel
from campaigns.admin.progress.panel import recipients_url
from campaigns.admin.resources import CampaignResource
from campaigns.admin.tones import CAMPAIGN_TONES
from campaigns.models import Campaign
from campaigns.states import CampaignStatus
from campaigns.summaries.campaigns import costs, funnels
from campaigns.tracking.funnel import percent
from messaging.pricing.actions import SEE_PRICES
from messaging.pricing.money import Exchanges, cost_in_words
from waproject.core.admin.chips import chip
from waproject.core.admin.exporting import ExportPages
from waproject.core.exports.lists import ColumnsForm
from waproject.core.text.moments import said_in_full

# The states in which it is worth seeing how many people have had their turn.
UNDER_WAY = {CampaignStatus.ACTIVE, CampaignStatus.PAUSED}


_C = CampaignStatus
STATE = "status__exact"
# The parts of the list, each with the campaigns of one state.
STATE_TABS = {
    _C.ACTIVE: pgettext_lazy("campaigns", "Sending"),
    _C.LAUNCHING: pgettext_lazy("campaigns", "Being launched"),
    _C.PAUSED: pgettext_lazy("campaigns", "Paused"),
    _C.SCHEDULED: pgettext_lazy("campaigns", "Scheduled"),
    _C.DRAFT: pgettext_lazy("campaigns", "Drafts"),
    _C.COMPLETED: pgettext_lazy("campaigns", "Completed"),
    _C.CANCELLED: pgettext_lazy("campaigns", "Cancelled"),
}


@dataclass(frozen=True)
class Tab:
    label: Any
    url: str
    number: int
    is_here: bool


class CampaignChangeList(ChangeList):
    """The list, of which a tab shows the campaigns of one state."""

    chosen_tab = ""

    def get_queryset(
        self, request: HttpRequest, exclude_parameters: Any = None
    ) -> "QuerySet[Campaign]":
        """As Django's; the state is no filter of the bar, so that the tabs count without it."""
        asked = self.filter_params.pop(STATE, [""])
        self.chosen_tab = asked[-1] if asked[-1] in STATE_TABS else ""
        self._of_any_state = super().get_queryset(request, exclude_parameters)
        if not self.chosen_tab:
            return self._of_any_state
        return self._of_any_state.filter(status=self.chosen_tab)

    def state_tabs(self) -> Iterator[Tab]:
        """All campaigns, and those of each state in which there are some. One query."""
        rows = self._of_any_state.order_by().values("status")
        numbers = dict(rows.values_list("status").annotate(number=Count("pk")))
        yield Tab(
            pgettext("campaigns", "All"),
            self.get_query_string(remove=[STATE]),
            sum(numbers.values()),
            not self.chosen_tab,
        )
        for state, label in STATE_TABS.items():
            if state in numbers or state == self.chosen_tab:
                url = self.get_query_string({STATE: state.value})
                yield Tab(label, url, numbers.get(state, 0), state == self.chosen_tab)

    def get_results(self, request: HttpRequest) -> None:
        """Give each campaign of the page its funnel and cost, from four queries for them all."""
        super().get_results(request)
        self.result_list = list(self.result_list)
        counts = funnels(self.result_list)
        shows_costs = request.user.has_perm(SEE_PRICES)
        billed, exchanges = (
            ({}, None) if not shows_costs else (costs(self.result_list), Exchanges())
        )
        may_open = request.user.has_perms(["campaigns.view_recipient"])
        for campaign in self.result_list:
            campaign.counts = counts[campaign.pk]
            sums = billed.get(campaign.pk)
            campaign.cost = cost_in_words(sums, exchanges).shown if sums and exchanges else ""
            campaign.numbers_are_links = may_open


class CampaignColumns(ExportPages, admin.ModelAdmin):
    """The columns of the list. Rates are percentages of those to whom it was sent."""

    import_export_change_list_template = "admin/campaigns/campaign/change_list.html"
    resource_classes = [CampaignResource]
    export_form_class = ColumnsForm
    list_display = ["title", "state", "people", "delivered", "read", "replied", "moment"]
    list_select_related = ["sender", "template", "created_by"]
    list_filter = ["sender", "created_at", "tag"]
    sortable_by = ["title", "moment"]
    search_fields = ["name", "tag"]
    list_per_page = 25
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER

    def get_changelist(self, request, **kwargs):
        return CampaignChangeList

    @admin.display(description=gettext_lazy("campaign"), ordering="name")
    def title(self, campaign: Any) -> SafeString:
        details = [message_in_words(campaign), campaign.sender.name, campaign.tag]
        return format_html("{}<small>{}</small>", campaign.name, ", ".join(filter(None, details)))

    @admin.display(description=gettext_lazy("status"))
    def state(self, campaign: Any) -> SafeString:
        """The state, and below it how far the people came."""
        shown = chip(campaign.get_status_display(), CAMPAIGN_TONES.get(campaign.status, ""))
        done = percent(campaign.counts.settled, campaign.counts.recipients)
        is_moving = campaign.status in UNDER_WAY and done is not None
        said = _("%(share)s %% done") % {"share": number_format(done, 1)} if is_moving else ""
        return shown + mini_funnel(campaign.counts, first=said)

    @admin.display(description=pgettext_lazy("people", "people"))
    def people(self, campaign: Any) -> str:
        shown = _to_recipients(campaign, campaign.counts.recipients)
        if not campaign.cost:
            return shown
        return format_html('{}<small title="{}">{}</small>', shown, _("Cost"), campaign.cost)

    @admin.display(description=pgettext_lazy("people", "delivered"))
    def delivered(self, campaign: Any) -> str:
        return _reached(campaign, "delivered")

    @admin.display(description=pgettext_lazy("people", "read"))
    def read(self, campaign: Any) -> str:
        return _reached(campaign, "read")

    @admin.display(description=pgettext_lazy("people", "replied"))
    def replied(self, campaign: Any) -> str:
        return _reached(campaign, "replied")

    @admin.display(description=gettext_lazy("date"), ordering="created_at")
    def moment(self, campaign: Any) -> SafeString:
        """When it was or will be sent; of a draft, when it was made."""
        author = campaign.created_by
        name = (author.get_full_name() or author.get_username()) if author else ""
        return format_html("{}<small>{}</small>", said_in_full(_moment_of(campaign)), name)


def _moment_of(campaign: Campaign) -> datetime:
    if campaign.status == CampaignStatus.SCHEDULED and campaign.scheduled_at:
        return campaign.scheduled_at
    return campaign.started_at or campaign.created_at


def _reached(campaign: Any, stage: str) -> str:
    """How many came to this stage, and what share of those to whom it was sent."""
    number = getattr(campaign.counts, stage)
    shown = _to_recipients(campaign, number, reached=stage)
    share = percent(number, campaign.counts.sent)
    if share is None:
        return shown
    said = _("%(share)s %% of the sent") % {"share": number_format(share, decimal_pos=1)}
    rate = format_html("{}&nbsp;%", number_format(share, decimal_pos=1))
    return format_html('{}<small title="{}">{}</small>', shown, said, rate)


def _to_recipients(campaign: Any, number: int, **filters: str) -> str:
    """A number as a link to the recipients that it counts, for those who may see them."""
    if not campaign.counts.recipients:
        return "–"
    text = number_format(number, force_grouping=True)
    if not (number and campaign.numbers_are_links):
        return text
    return format_html('<a href="{}">{}</a>', recipients_url(campaign.pk, **filters), text)
