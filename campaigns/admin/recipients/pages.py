"""The recipients of campaigns and what became of each message: list, page, export, closing."""

from django.contrib import admin, messages
from django.db.models import Q
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy, ngettext

from campaigns import operations
from campaigns.admin.progress.panel import NOT_ARRIVED_CHOICE
from campaigns.admin.recipients.history import StatusChangeInline
from campaigns.admin.recipients.talks import SEE_TALKS, TalksChangeList, talk_link
from campaigns.admin.resources import RecipientResource
from campaigns.admin.tones import RECIPIENT_TONES
from campaigns.models import Campaign, Recipient
from campaigns.states import RecipientStatus
from campaigns.tracking.funnel import NOT_ARRIVED, REACHED, STAGES
from contacts.admin.people import NamesPeople, shown_field
from contacts.admin.people_offers import OffersForPeople
from contacts.permissions import said_address, shown_text
from contacts.person.data import in_words
from contacts.search.people import of_named_people
from messaging.models import TemplateVersion
from waproject.core.admin.exporting import ExportedListAdmin
from waproject.core.admin.read_only import ReadOnly
from waproject.core.db.expressions import AmongCodes
from waproject.core.text.avatars import named
from waproject.core.text.moments import said_in_full
from waproject.core.text.numbers import number_in

CAMPAIGNS_OFFERED = 30
# What narrows the list so that an index finds the rows.
NARROWED = {"campaign__id__exact", "contact__id__exact", "version"}
FAILED = [RecipientStatus.FAILED, RecipientStatus.UNDELIVERED]


class CampaignFilter(admin.RelatedFieldListFilter):
    """The latest campaigns, and the one chosen however old it is."""

    def field_choices(self, field, request, model_admin):
        names = Campaign.objects.order_by("-pk").values_list("pk", "name")
        recent = list(names[:CAMPAIGNS_OFFERED])
        chosen = request.GET.get(self.lookup_kwarg, "")
        if number_in(chosen) not in {0, *dict(recent)}:
            recent.extend(names.filter(pk=number_in(chosen)))
        return recent

    def has_output(self):
        """Also with a single campaign: a filter without output would not filter."""
        return True


class VersionFilter(admin.SimpleListFilter):
    """The people to whom campaigns sent one version of a template, as reports link to them."""

    title = gettext_lazy("text of a template")
    parameter_name = "version"

    def lookups(self, request, model_admin):
        """The one chosen: offered are campaigns, which have less many."""
        version = self._chosen()
        return [(version.pk, str(version))] if version else []

    def has_output(self):
        return self.value() is not None

    def queryset(self, request, queryset):
        if self.value() is None:
            return queryset
        version = self._chosen()
        if version is None:
            return queryset.none()
        # Asked before: among listed campaigns an index finds the rows.
        ids = Campaign.objects.filter(template_version=version).values_list("pk", flat=True)
        return queryset.filter(campaign__in=list(ids))

    def _chosen(self):
        rows = TemplateVersion.objects.select_related("template")
        pk = number_in(self.value())
        return rows.filter(pk=pk).first() if pk else None


class ReachedFilter(admin.SimpleListFilter):
    """How far people came, later stages included: `?reached=delivered`; or that nothing arrived."""

    title = gettext_lazy("came as far as")
    parameter_name = "reached"

    def lookups(self, request, model_admin):
        stages = [(stage, RecipientStatus(stage).label) for stage in STAGES]
        return [*stages, (NOT_ARRIVED_CHOICE, gettext_lazy("sent, and not delivered so far"))]

    def queryset(self, request, queryset):
        if self.value() == NOT_ARRIVED_CHOICE:
            return queryset.filter(NOT_ARRIVED)
        stage = STAGES.get(self.value())
        if stage is None:
            return queryset
        if self.value() in REACHED["replied"]:
            # As the index of those who replied has it.
            queryset = queryset.filter(AmongCodes("status", REACHED["replied"]))
        return queryset.filter(stage)


class ErrorCodeFilter(admin.SimpleListFilter):
    """The codes that occur in the campaign chosen."""

    title = gettext_lazy("error code")
    parameter_name = "error_code__exact"

    def lookups(self, request, model_admin):
        campaign = number_in(request.GET.get("campaign__id__exact"))
        if not campaign:
            return [(self.value(), self.value())] if self.value() else []
        failed = Recipient.objects.filter(campaign=campaign, status__in=FAILED)
        codes = failed.exclude(error_code=None).order_by("error_code")
        return [(code, code) for code in codes.values_list("error_code", flat=True).distinct()]

    def queryset(self, request, queryset):
        code = self.value()
        if code is None:
            return queryset
        return queryset.filter(error_code=code, status__in=FAILED)


def short_time(field: str):
    """A list column of a recipient's time, in few words: there are four side by side."""

    @admin.display(description=Recipient._meta.get_field(field).verbose_name)
    def column(recipient):
        moment = getattr(recipient, field)
        return "–" if moment is None else said_in_full(moment)

    return column


def _but_talks(request, names):
    """The names without that of the conversation, for users who may see none."""
    sees = request.user.has_perm(SEE_TALKS)
    return [name for name in names if sees or name != "talk"]


@admin.register(Recipient)
class RecipientAdmin(OffersForPeople, NamesPeople, ReadOnly, ExportedListAdmin):
    resource_classes = [RecipientResource]
    actions = ["mark_closed"]
    inlines = [StatusChangeInline]
    list_display = [
        "who",
        "status",
        "why",
        "sent",
        "delivered",
        "read",
        "replied",
        "talk",
    ]
    list_select_related = ["contact", "campaign"]
    chips = {"status": RECIPIENT_TONES}
    sortable_by = ()
    search_fields = ["phone"]
    search_help_text = gettext_lazy("Phone, name or message sid")
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "campaign_link",
                    "person",
                    "phone_shown",
                    "vehicle",
                    "talk",
                    "status",
                    "why",
                ]
            },
        ),
        (gettext_lazy("Message"), {"fields": ["body_shown", "message_sid", "attempts"]}),
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
    readonly_fields = ["campaign_link", "person", "phone_shown", "talk", "why", "body_shown"]
    body_shown = staticmethod(shown_field(Recipient, "body"))
    sent = staticmethod(short_time("sent_at"))
    delivered = staticmethod(short_time("delivered_at"))
    read = staticmethod(short_time("read_at"))
    replied = staticmethod(short_time("replied_at"))

    class Media:
        css = {"all": ["waproject/campaigns.css"]}

    def get_changelist(self, request, **kwargs):
        return TalksChangeList

    def get_list_display(self, request):
        """Only users who may see conversations are led to them."""
        return _but_talks(request, super().get_list_display(request))

    def get_fieldsets(self, request, obj=None):
        (title, first), *others = super().get_fieldsets(request, obj)
        return [(title, {**first, "fields": _but_talks(request, first["fields"])}), *others]

    def has_close_permission(self, request):
        return request.user.has_perm("campaigns.change_recipient")

    def get_ordering(self, request):
        """Of several campaigns, one after the other: an index has them in this order."""
        if VersionFilter.parameter_name in request.GET:
            return ["-campaign_id", "-pk"]
        return super().get_ordering(request)

    def get_list_filter(self, request):
        """Filters by what happened come with a campaign or a person, whose rows an index finds."""
        narrowed = NARROWED & request.GET.keys()
        further = ["status", ReachedFilter, ErrorCodeFilter] if narrowed else [ReachedFilter]
        return [("campaign", CampaignFilter), VersionFilter, *further]

    def compares_each_row(self, request):
        """Of several campaigns no index tells how far people came."""
        if VersionFilter.parameter_name in request.GET:
            return True
        narrowed = NARROWED & request.GET.keys()
        return ReachedFilter.parameter_name in request.GET and not narrowed

    def get_search_results(self, request, queryset, search_term):
        by_sid = Q(message_sid=search_term.strip())
        is_sid = search_term.strip()[:2] in ("SM", "MM")
        condition = by_sid if is_sid else of_named_people(search_term)
        return queryset.filter(condition), False

    def get_export_queryset(self, request):
        return super().get_export_queryset(request).select_related("campaign", "contact")

    @admin.display(description=gettext_lazy("name"))
    def who(self, recipient):
        """Who it is, and below the address to which the message went."""
        address = in_words(recipient.phone)
        name = recipient.contact.name
        return named(name, address) if name else address

    @admin.display(description=gettext_lazy("name"))
    def person(self, recipient):
        url = reverse("admin:contacts_contact_change", args=[recipient.contact_id])
        contact = recipient.contact
        return format_html(
            '<a href="{}">{}</a>', url, contact.name or said_address(contact.address)
        )

    @admin.display(description=gettext_lazy("campaign"))
    def campaign_link(self, recipient):
        url = reverse("admin:campaigns_campaign_change", args=[recipient.campaign_id])
        return format_html('<a href="{}">{}</a>', url, recipient.campaign)

    @admin.display(description=gettext_lazy("conversation"))
    def talk(self, recipient):
        return talk_link(recipient)

    @admin.display(description=gettext_lazy("why"))
    def why(self, recipient):
        """The reason in words; the provider's code where there is one."""
        parts = [recipient.why or shown_text(recipient.error_message)]
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
