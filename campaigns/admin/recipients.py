"""Who got a campaign and what became of each message: to look at, to export, to close."""

from django.contrib import admin, messages
from django.db.models import Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy, ngettext, pgettext

from campaigns import operations
from campaigns.admin.resources import RecipientResource
from campaigns.funnel import STAGES
from campaigns.models import Campaign, Recipient, StatusChange
from campaigns.states import RecipientStatus
from contacts.admin.people import NamesPeople
from contacts.search import contact_condition
from waproject.core.admin.exporting import ExportedListAdmin
from waproject.core.admin.read_only import ReadOnly

CAMPAIGNS_OFFERED = 30
FAILED = [RecipientStatus.FAILED, RecipientStatus.UNDELIVERED]


class CampaignFilter(admin.RelatedFieldListFilter):
    """The latest campaigns, and the one chosen however old it is."""

    def field_choices(self, field, request, model_admin):
        names = Campaign.objects.order_by("-pk").values_list("pk", "name")
        recent = list(names[:CAMPAIGNS_OFFERED])
        chosen = request.GET.get(self.lookup_kwarg, "")
        if chosen.isdecimal() and int(chosen) not in dict(recent):
            recent.extend(names.filter(pk=chosen))
        return recent

    def has_output(self):
        """Also with a single campaign: a filter without output would not filter."""
        return True


class ReachedFilter(admin.SimpleListFilter):
    """How far people came, later stages included: `?reached=delivered`."""

    title = gettext_lazy("came as far as")
    parameter_name = "reached"

    def lookups(self, request, model_admin):
        return [(stage, RecipientStatus(stage).label) for stage in STAGES]

    def queryset(self, request, queryset):
        stage = STAGES.get(self.value())
        return queryset.filter(stage) if stage is not None else queryset


class ErrorCodeFilter(admin.SimpleListFilter):
    """The codes that occur in the campaign chosen."""

    title = gettext_lazy("error code")
    parameter_name = "error_code__exact"

    def lookups(self, request, model_admin):
        campaign = request.GET.get("campaign__id__exact", "")
        if not campaign.isdecimal():
            return [(self.value(), self.value())] if self.value() else []
        failed = Recipient.objects.filter(campaign=campaign, status__in=FAILED)
        codes = failed.exclude(error_code=None).order_by("error_code")
        return [(code, code) for code in codes.values_list("error_code", flat=True).distinct()]

    def queryset(self, request, queryset):
        code = self.value()
        if code is None:
            return queryset
        return queryset.filter(error_code=code)


def short_time(field: str):
    """A list column of a recipient's time, in few words: there are four side by side."""

    @admin.display(description=Recipient._meta.get_field(field).verbose_name)
    def column(recipient):
        moment = getattr(recipient, field)
        if moment is None:
            return "–"
        return date_format(localtime(moment), pgettext("date format", "j M H:i"))

    return column


class StatusChangeInline(ReadOnly, admin.TabularInline):
    model = StatusChange
    verbose_name_plural = gettext_lazy("history")
    fields = ["at", "old", "new", "source"]
    readonly_fields = fields
    extra = 0

    def has_view_permission(self, request, obj=None):
        """Whoever may see the recipient may see what happened to it."""
        return request.user.has_perm("campaigns.view_recipient")


@admin.register(Recipient)
class RecipientAdmin(NamesPeople, ReadOnly, ExportedListAdmin):
    resource_classes = [RecipientResource]
    actions = ["mark_closed"]
    inlines = [StatusChangeInline]
    list_display = [
        "phone",
        "person",
        "status",
        "why",
        "sent",
        "delivered",
        "read",
        "replied",
    ]
    list_select_related = ["contact"]
    sortable_by = ()
    search_fields = ["phone"]
    search_help_text = gettext_lazy("The start of a phone, words of a name, or a message sid.")
    fieldsets = [
        (None, {"fields": ["campaign_link", "person", "phone", "vehicle", "status", "why"]}),
        (gettext_lazy("Message"), {"fields": ["body", "message_sid", "attempts"]}),
        (
            gettext_lazy("Times"),
            {
                "fields": [
                    ("sent_at", "delivered_at"),
                    ("read_at", "replied_at"),
                    "closed_at",
                    ("failed_at", "skipped_at"),
                ]
            },
        ),
    ]
    readonly_fields = ["campaign_link", "person", "why"]
    sent = staticmethod(short_time("sent_at"))
    delivered = staticmethod(short_time("delivered_at"))
    read = staticmethod(short_time("read_at"))
    replied = staticmethod(short_time("replied_at"))

    class Media:
        css = {"all": ["waproject/campaigns.css"]}

    def has_close_permission(self, request):
        return request.user.has_perm("campaigns.change_recipient")

    def get_list_filter(self, request):
        """Filters by what happened come with a campaign or a person, whose rows an index finds."""
        narrowed = {"campaign__id__exact", "contact__id__exact"} & request.GET.keys()
        further = ["status", ReachedFilter, ErrorCodeFilter] if narrowed else [ReachedFilter]
        return [("campaign", CampaignFilter), *further]

    def get_search_results(self, request, queryset, search_term):
        by_sid = Q(message_sid=search_term.strip())
        is_sid = search_term.strip()[:2] in ("SM", "MM")
        condition = by_sid if is_sid else contact_condition(search_term, "contact__")
        return queryset.filter(condition), False

    def get_export_queryset(self, request):
        return super().get_export_queryset(request).select_related("campaign", "contact")

    @admin.display(description=gettext_lazy("name"))
    def person(self, recipient):
        url = reverse("admin:contacts_contact_change", args=[recipient.contact_id])
        contact = recipient.contact
        return format_html('<a href="{}">{}</a>', url, contact.name or contact.address)

    @admin.display(description=gettext_lazy("campaign"))
    def campaign_link(self, recipient):
        url = reverse("admin:campaigns_campaign_change", args=[recipient.campaign_id])
        return format_html('<a href="{}">{}</a>', url, recipient.campaign)

    @admin.display(description=gettext_lazy("why"))
    def why(self, recipient):
        """The reason in words; the provider's code where there is one."""
        parts = [recipient.reason or recipient.error_message]
        if recipient.error_code:
            parts.append(f"({recipient.error_code})")
        return " ".join(part for part in parts if part) or "–"

    @admin.action(
        permissions=["close"], description=gettext_lazy("Mark as closed (the sale is made)")
    )
    def mark_closed(self, request, queryset):
        ids = list(queryset.values_list("pk", flat=True))
        closed = operations.close(ids, by=request.user)
        sentence = ngettext(
            "%(count)d of %(all)d is closed now; only people who replied can be closed.",
            "%(count)d of %(all)d are closed now; only people who replied can be closed.",
            closed,
        ) % {"count": closed, "all": len(ids)}
        self.message_user(request, sentence, messages.SUCCESS if closed else messages.WARNING)
