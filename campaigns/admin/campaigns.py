"""The list of campaigns, and the page of each: a form while it is a draft, a funnel after."""

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRefresh

from campaigns.admin.action_pages import offered
from campaigns.admin.actions import DecidingAdmin, audience_in_words
from campaigns.admin.panel import panel, recipients_url
from campaigns.audience import Audience, AudienceError
from campaigns.forms import COUNT_BUTTON, NAMING_PEOPLE, AudienceForm, CampaignForm, CountForm
from campaigns.funnel import funnel
from campaigns.hours_words import hours_in_words
from campaigns.launch.texts import text_and_mapping
from campaigns.models import Campaign
from campaigns.operations import STARTABLE
from campaigns.states import CampaignStatus
from contacts.models import Vehicle
from contacts.permissions import may_count_people, may_see_people

# Saves, and goes on to the preflight.
PREFLIGHT_BUTTON = "_preflight"

EDITABLE = [
    (None, {"fields": ["name", "tag", "follow_up_stage", "sender"]}),
    (gettext_lazy("Message"), {"fields": ["template", "message_template"]}),
    (
        gettext_lazy("Audience"),
        {
            "fields": [
                ("make", "model"),
                ("year_from", "year_to"),
                ("price_from", "price_to"),
                "tags_any",
                "tags_none",
                "exclude_contacted_days",
                "exclude_campaigns",
            ],
            "description": gettext_lazy(
                "A person must pass every filter; make, model, year and price must hold for one"
                " and the same vehicle. Left empty, a filter lets everyone pass. People who opted"
                " out, are held or cannot be reached are never written to."
            ),
        },
    ),
    (
        gettext_lazy("More about the people"),
        {
            "fields": [
                "name_contains",
                "language",
                "custom",
                ("created_from", "created_to"),
                "people",
            ],
            "classes": ["collapse"],
        },
    ),
    (
        gettext_lazy("Sending hours"),
        {
            "fields": [("hours_start", "hours_end"), "days"],
            "description": gettext_lazy(
                "By the clock of each person: that of their phone's country and area, or of the"
                " time zone on their page. The hours may pass midnight. Left empty, messages leave"
                " at any hour of the chosen days."
            ),
        },
    ),
    (
        gettext_lazy("Sending"),
        {
            "fields": [
                ("scheduled_at", "start_expiry_minutes"),
                "ends_at",
                "per_hour",
                "ignore_frequency_cap",
                ("max_retries", "retry_delay_seconds"),
            ]
        },
    ),
]
FIXED = [
    (
        None,
        {
            "fields": [
                "sender",
                "message",
                "people_addressed",
                ("tag", "follow_up_stage"),
                ("scheduled_at", "started_at", "completed_at"),
                ("sending_hours", "ends_at", "per_hour"),
                ("created_by", "launched_by"),
            ]
        },
    ),
]


class CampaignChangeList(ChangeList):
    def get_results(self, request):
        """Give each campaign of the page its funnel, from one query for them all."""
        super().get_results(request)
        self.result_list = list(self.result_list)
        counts = funnel(campaign.pk for campaign in self.result_list)
        may_open = _may_see_recipients(request)
        for campaign in self.result_list:
            campaign.counts = counts[campaign.pk]
            campaign.numbers_are_links = may_open


@admin.register(Campaign)
class CampaignAdmin(DecidingAdmin):
    form = CampaignForm
    list_display = [
        "name",
        "status",
        "recipients",
        "sent",
        "delivered",
        "read",
        "replied",
        "sender_name",
        "created_at",
    ]
    list_select_related = ["sender"]
    list_filter = ["status", "sender", "created_at", "tag"]
    sortable_by = ["name", "created_at"]
    search_fields = ["name", "tag"]
    list_per_page = 25
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    readonly_fields = [
        "message",
        "people_addressed",
        "sending_hours",
        "created_by",
        "launched_by",
    ]

    class Media:
        css = {"all": ["waproject/campaigns.css"]}

    def get_changelist(self, request, **kwargs):
        return CampaignChangeList

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("count/", wrap(require_POST(self.count_view)), name="campaigns_campaign_count"),
            path(
                "<int:campaign_id>/panel/", wrap(self.panel_view), name="campaigns_campaign_panel"
            ),
            *super().get_urls(),
        ]

    # Only drafts are edited or deleted.

    def has_change_permission(self, request, obj=None):
        return _is_draft(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        return _is_draft(obj) and super().has_delete_permission(request, obj)

    def get_object(self, request, object_id, from_field=None):
        """While a form is saved its campaign is locked, so that nobody launches it in between."""
        obj = super().get_object(request, object_id, from_field)
        if obj and request.method == "POST" and connection.in_atomic_block:
            return Campaign.objects.select_for_update().filter(pk=obj.pk).first()
        return obj

    def get_fieldsets(self, request, obj=None):
        if self._is_fixed(request, obj):
            return FIXED
        return EDITABLE if may_see_people(request.user) else _without(EDITABLE, NAMING_PEOPLE)

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        form.sees_people = may_see_people(request.user)
        return form

    def get_readonly_fields(self, request, obj=None):
        return self.readonly_fields if self._is_fixed(request, obj) else []

    def _is_fixed(self, request, obj):
        return obj is not None and not self.has_change_permission(request, obj)

    def save_model(self, request, obj, form, change):
        if not change:
            obj.created_by = request.user
        super().save_model(request, obj, form, change)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        fixed = self._is_fixed(request, obj)
        context |= {
            "fixed": fixed,
            "count_button": COUNT_BUTTON,
            "preflight_button": PREFLIGHT_BUTTON,
        }
        if not fixed:
            context |= _suggestions()
            context |= self._count_context(request, context["adminform"].form)
        if obj:
            context |= self._panel_context(request, obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def count_view(self, request):
        """How many people the audience of an unsaved form has, as a fragment of its page."""
        if not (self.has_add_permission(request) or self.has_change_permission(request)):
            raise PermissionDenied
        form = CountForm(request.POST)
        if not may_see_people(request.user):
            form.keep_people()
        context = self._count_context(request, form)
        return render(request, "admin/campaigns/campaign/count.html", context)

    def panel_view(self, request, campaign_id):
        """The funnel and the buttons of a campaign, as a fragment of its page."""
        campaign = get_object_or_404(Campaign.objects.select_related("sender"), pk=campaign_id)
        if not self.has_view_permission(request, campaign):
            raise PermissionDenied
        if _is_draft(campaign) and request.GET.get("was", campaign.status) != campaign.status:
            # Its launch was taken back: the rest of the page is a form again.
            return HttpResponseClientRefresh()
        context = self._panel_context(request, campaign)
        return render(request, "admin/campaigns/campaign/panel.html", context)

    def _count_context(self, request, form):
        """The size of the audience that a form describes, or what is wrong with it."""
        if form.is_bound:
            wrong, audience = _audience_errors(form), form.audience
            sender = form.cleaned_data.get("sender")
        else:
            wrong, audience = [], _stored_audience(form.instance)
            sender = form.instance.sender if form.instance.sender_id else None
        context = {"wrong": wrong, "audience": audience}
        if audience:
            count = audience.count(sender.channel if sender else "")
            context |= {
                "count": count,
                "left_out": count.matched - count.reachable,
                "may_count": may_count_people(request.user, count.matched),
            }
        return context

    def _panel_context(self, request, campaign):
        return {
            "campaign": campaign,
            "panel": panel(campaign),
            "decisions": offered(campaign, request.user),
            "may_preflight": campaign.status in STARTABLE,
            "may_see_recipients": _may_see_recipients(request),
        }

    def response_add(self, request, obj, post_url_continue=None):
        response = super().response_add(request, obj, post_url_continue)
        return _to_preflight(obj) if PREFLIGHT_BUTTON in request.POST else response

    def response_change(self, request, obj):
        response = super().response_change(request, obj)
        return _to_preflight(obj) if PREFLIGHT_BUTTON in request.POST else response

    @admin.display(description=gettext_lazy("sender"))
    def sender_name(self, campaign):
        return campaign.sender.name

    @admin.display(description=gettext_lazy("message"))
    def message(self, campaign):
        text, _mapping = text_and_mapping(campaign)
        if campaign.template:
            return format_html("<p>{}</p><p>{}</p>", campaign.template, text)
        return text

    @admin.display(description=gettext_lazy("audience"))
    def people_addressed(self, campaign):
        return audience_in_words(campaign)

    @admin.display(description=gettext_lazy("sending hours"))
    def sending_hours(self, campaign):
        return hours_in_words(campaign.hours)

    @admin.display(description=gettext_lazy("recipients"))
    def recipients(self, campaign):
        return _count_link(campaign, campaign.counts.recipients)

    @admin.display(description=pgettext_lazy("people", "sent"))
    def sent(self, campaign):
        return _count_link(campaign, campaign.counts.sent, reached="sent")

    @admin.display(description=pgettext_lazy("people", "delivered"))
    def delivered(self, campaign):
        return _rate_link(campaign, campaign.counts.delivered_rate, reached="delivered")

    @admin.display(description=pgettext_lazy("people", "read"))
    def read(self, campaign):
        return _rate_link(campaign, campaign.counts.read_rate, reached="read")

    @admin.display(description=pgettext_lazy("people", "replied"))
    def replied(self, campaign):
        return _rate_link(campaign, campaign.counts.replied_rate, reached="replied")


def _without(fieldsets, names):
    """The fieldsets without the fields of these names."""
    return [
        (title, {**options, "fields": [name for name in options["fields"] if name not in names]})
        for title, options in fieldsets
    ]


def _is_draft(campaign):
    return campaign is None or campaign.status == CampaignStatus.DRAFT


def _may_see_recipients(request):
    return request.user.has_perms(["campaigns.view_recipient"])


def _to_preflight(campaign):
    return redirect("admin:campaigns_campaign_preflight", campaign.pk)


def _suggestions():
    """What the fields for make and model suggest."""
    return {"makes": Vehicle.objects.makes(), "models": Vehicle.objects.all_models()}


def _stored_audience(campaign):
    try:
        return Audience.from_json(campaign.audience)
    except AudienceError:
        return None


def _audience_errors(form):
    """What is wrong with the fields of the audience, each sentence with the field's label."""
    errors = [
        f"{form[name].label}: {error}"
        for name in AudienceForm.base_fields
        for error in form.errors.get(name, [])
    ]
    return errors if errors or form.audience else form.non_field_errors()


def _count_link(campaign, number, **filters):
    if not number:
        return "–"
    return _to_recipients(campaign, number_format(number, force_grouping=True), filters)


def _rate_link(campaign, rate, **filters):
    if rate is None:
        return "–"
    return _to_recipients(
        campaign, format_html("{}&nbsp;%", number_format(rate, decimal_pos=1)), filters
    )


def _to_recipients(campaign, text, filters):
    """The text as a link to the recipients that it counts, for those who may see them."""
    if not campaign.numbers_are_links:
        return text
    return format_html('<a href="{}">{}</a>', recipients_url(campaign.pk, **filters), text)
