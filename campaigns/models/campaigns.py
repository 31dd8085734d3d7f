"""Campaigns: a message, its audience, and when it is sent."""

from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from campaigns.models.querysets import CampaignQuerySet
from campaigns.states import CampaignStatus
from campaigns.status_reasons import in_words
from messaging.delivery.hours import EVERY_DAY, Hours
from messaging.delivery.reasons import CODE_LENGTH
from messaging.models import Sender, Template, TemplateVersion
from waproject.accounts.models import User
from waproject.tenants.managers import TenantManager
from waproject.tenants.models import TenantModel


class Campaign(TenantModel):
    """A message to an audience. `status` moves only through campaigns.operations."""

    name = models.CharField(_("name"), max_length=200)
    tag = models.CharField(
        _("group of campaigns"),
        max_length=100,
        blank=True,
        help_text=_("To group campaigns in lists."),
    )
    follow_up_stage = models.CharField(
        _("follow-up stage"),
        max_length=100,
        blank=True,
        help_text=_("A note for yourselves: which message of a series this is."),
    )
    sender = models.ForeignKey(
        Sender, verbose_name=_("sender"), on_delete=models.PROTECT, related_name="campaigns"
    )
    template = models.ForeignKey(
        Template,
        verbose_name=_("template"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="campaigns",
    )
    message_template = models.TextField(
        _("free text"),
        max_length=1600,
        blank=True,
        help_text=_(
            "Instead of a template. WhatsApp takes it only within 24 hours of the person's last"
            " message. Placeholders:"
            " {{nombre}}, {{marca}}, {{modelo}}, {{año}}, {{precio}}, {{link}}."
        ),
    )
    # The one that the launch found; null before, and with a free text (campaigns.launch.texts).
    template_version = models.ForeignKey(
        TemplateVersion,
        verbose_name=_("version of the template"),
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )
    # What it says where its template asks for it (messaging.texts.given): {"sucursal": "Maipú"}.
    template_values = models.JSONField(
        _("values of the campaign"), default=dict, blank=True, editable=False
    )
    # What campaigns.audience.filters.Audience stores.
    audience = models.JSONField(_("audience"), default=dict, blank=True)
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=CampaignStatus,
        default=CampaignStatus.DRAFT,
        editable=False,
    )
    # A code with what its words name (campaigns.status_reasons).
    status_reason = models.CharField(_("why"), max_length=CODE_LENGTH, blank=True, editable=False)
    status_details = models.JSONField(default=dict, blank=True, editable=False)
    scheduled_at = models.DateTimeField(_("start at"), null=True, blank=True)
    start_expiry_minutes = models.PositiveIntegerField(
        _("minutes it may start late"),
        default=120,
        validators=[MinValueValidator(1), MaxValueValidator(10_080)],
        help_text=_("A start that was missed by more than this does not happen by itself."),
    )
    ends_at = models.DateTimeField(
        _("end at"),
        null=True,
        blank=True,
        help_text=_("People who have not been written to by then are skipped."),
    )
    # On each recipient's own clock; messaging.delivery.hours says what they mean.
    hours_start = models.TimeField(_("not before"), null=True, blank=True)
    hours_end = models.TimeField(_("not after"), null=True, blank=True)
    days = models.PositiveSmallIntegerField(_("days"), default=EVERY_DAY)
    per_hour = models.PositiveIntegerField(
        _("messages per hour"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(1_000_000)],
        help_text=_("Spread evenly. Left empty, the sender's rate is the limit."),
    )
    ignore_frequency_cap = models.BooleanField(
        _("ignore the frequency cap"),
        default=False,
        help_text=_(
            "For news of a purchase or an appointment, never for advertising: it goes also to"
            " people who had enough campaign messages lately, and does not count as one."
        ),
    )
    max_retries = models.PositiveSmallIntegerField(
        _("retries"), default=3, validators=[MaxValueValidator(10)]
    )
    retry_delay_seconds = models.PositiveIntegerField(
        _("seconds before the first retry"),
        default=60,
        validators=[MinValueValidator(1), MaxValueValidator(86_400)],
        help_text=_("Doubled at each further retry."),
    )
    total_recipients = models.PositiveIntegerField(_("recipients"), default=0, editable=False)
    sent_count = models.PositiveIntegerField(
        pgettext_lazy("people", "sent"), default=0, editable=False
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("created by"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    launched_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("launched by"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    started_at = models.DateTimeField(_("started"), null=True, blank=True, editable=False)
    completed_at = models.DateTimeField(_("completed"), null=True, blank=True, editable=False)

    objects: ClassVar = TenantManager.from_queryset(CampaignQuerySet)()

    class Meta:
        db_table = "campaigns"
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["status"]),
            models.Index(fields=["created_at"]),
            models.Index(fields=["scheduled_at"]),
            models.Index(fields=["tag"]),
        ]
        constraints = [
            models.CheckConstraint(
                name="campaign_status_is_known", condition=Q(status__in=CampaignStatus.values)
            ),
            models.CheckConstraint(
                name="campaign_sent_at_most_all",
                condition=Q(sent_count__lte=F("total_recipients")),
            ),
            models.CheckConstraint(
                name="campaign_days_are_weekdays", condition=Q(days__gte=1, days__lte=EVERY_DAY)
            ),
            models.CheckConstraint(
                name="campaign_hours_have_both_ends",
                condition=Q(hours_start__isnull=True, hours_end__isnull=True)
                | Q(hours_start__isnull=False, hours_end__isnull=False),
                violation_error_message=_("Give both times of the sending hours, or neither."),
            ),
        ]
        permissions = [
            ("launch_campaign", _("Can launch a campaign")),
            ("approve_campaign", _("Can approve the launch of a campaign")),
            ("pause_campaign", _("Can pause a campaign")),
            ("resume_campaign", _("Can resume a campaign")),
            ("cancel_campaign", _("Can cancel a campaign")),
            ("retry_campaign", _("Can write again to people whose message failed")),
            ("export_campaign", _("Can export campaigns")),
            ("view_reports", _("Can see the reports")),
            ("view_analytics", _("Can see figures and charts")),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def why(self) -> str:
        """Why it is in its status, in the reader's language."""
        return in_words(self.status_reason, self.status_details)

    @property
    def hours(self) -> Hours:
        """When its recipients may be written to, each on their own clock."""
        return Hours(self.hours_start, self.hours_end, self.days)

    @property
    def rate(self) -> float:
        """Messages per second: the sender's rate, or the campaign's own pace if that is slower."""
        if self.per_hour is None:
            return self.sender.rate
        return min(self.sender.rate, self.per_hour / 3_600)

    def copy(self, *, by: User | None = None) -> "Campaign":
        """A new draft with the same message, audience and pace."""
        kept = (
            "tag follow_up_stage sender template template_values message_template audience"
            " max_retries retry_delay_seconds start_expiry_minutes hours_start hours_end days"
            " per_hour ignore_frequency_cap"
        )
        name = _("%(name)s (copy)") % {"name": self.name}
        return Campaign.objects.create(
            name=name[: Campaign._meta.get_field("name").max_length],
            created_by=by,
            **{field: getattr(self, field) for field in kept.split()},
        )
