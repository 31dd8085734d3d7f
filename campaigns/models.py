"""Campaigns, the people they address, and every move of each one."""

from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from campaigns.launch.models import Launch as Launch
from campaigns.querysets import CampaignQuerySet, RecipientQuerySet
from campaigns.states import CampaignStatus, RecipientStatus, StatusSource
from contacts.models import ADDRESS_LENGTH, Contact, Vehicle
from messaging.delivery.hours import EVERY_DAY, Hours
from messaging.models import Sender, Template, TemplateVersion, new_token
from messaging.states import MESSAGE_SID_LENGTH
from waproject.accounts.models import User
from waproject.tenants.managers import TenantManager
from waproject.tenants.models import TenantModel


class Campaign(TenantModel):
    """A message to an audience. `status` moves only through campaigns.operations."""

    name = models.CharField(_("name"), max_length=200)
    tag = models.CharField(
        _("tag"), max_length=100, blank=True, help_text=_("To group campaigns in lists.")
    )
    follow_up_stage = models.CharField(_("follow-up stage"), max_length=100, blank=True)
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
    # What campaigns.audience.Audience stores.
    audience = models.JSONField(_("audience"), default=dict, blank=True)
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=CampaignStatus,
        default=CampaignStatus.DRAFT,
        editable=False,
    )
    status_reason = models.TextField(_("why"), blank=True, editable=False)
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
        help_text=_("Whoever has not been written to by then is skipped."),
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
            ("pause_campaign", _("Can pause a campaign")),
            ("resume_campaign", _("Can resume a campaign")),
            ("cancel_campaign", _("Can cancel a campaign")),
            ("retry_campaign", _("Can write again to people whose message failed")),
            ("view_reports", _("Can see the reports")),
        ]

    def __str__(self) -> str:
        return self.name

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
            "tag follow_up_stage sender template message_template audience max_retries"
            " retry_delay_seconds start_expiry_minutes hours_start hours_end days per_hour"
            " ignore_frequency_cap"
        )
        name = _("%(name)s (copy)") % {"name": self.name}
        return Campaign.objects.create(
            name=name[: Campaign._meta.get_field("name").max_length],
            created_by=by,
            **{field: getattr(self, field) for field in kept.split()},
        )


class Recipient(TenantModel):
    """What became of one person in one campaign, with the text as it was at launch.

    While it is pending there is a delivery with its token in the queue (messaging.delivery), which
    is the truth of a send. The address is that of the launch, and later the one written to.
    """

    campaign = models.ForeignKey(
        Campaign,
        verbose_name=_("campaign"),
        on_delete=models.CASCADE,
        related_name="recipients",
        db_index=False,  # the indexes below begin with it
    )
    contact = models.ForeignKey(
        Contact,
        verbose_name=_("contact"),
        on_delete=models.PROTECT,
        related_name="recipients",
        db_index=False,  # an index below begins with it
    )
    vehicle = models.ForeignKey(
        Vehicle,
        verbose_name=_("vehicle"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    phone = models.CharField(
        _("address"),
        max_length=ADDRESS_LENGTH,
        help_text=_("The phone or WhatsApp user id, as it was at the last attempt."),
    )
    # Names of the zones whose clocks count, separated by spaces (contacts.zones.zone_names); empty
    # stands for the project's. Only campaigns with sending hours look.
    time_zone = models.CharField(_("time zone"), max_length=400, blank=True, default="")
    body = models.TextField(_("text"), blank=True)
    variables = models.JSONField(_("variables"), default=dict, blank=True)
    status = models.CharField(
        _("status"), max_length=12, choices=RecipientStatus, default=RecipientStatus.PENDING
    )
    reason = models.CharField(
        _("why"), max_length=200, blank=True, help_text=_("In words, for skipped and failed.")
    )
    error_code = models.CharField(  # noqa: DJ001  as in Message
        _("error code"), max_length=50, null=True, blank=True
    )
    error_message = models.TextField(_("error"), blank=True)
    # Unique by constraints: `unique=True` would make PostgreSQL keep a second index, for LIKE.
    # Null until there is one: a unique column can hold many nulls.
    message_sid = models.CharField(  # noqa: DJ001
        _("message sid"), max_length=MESSAGE_SID_LENGTH, null=True, blank=True
    )
    # The attempt before, given up for a retry: a delivery that is reported of it after all finds
    # its recipient by this.
    given_up_sid = models.CharField(  # noqa: DJ001
        max_length=MESSAGE_SID_LENGTH, null=True, blank=True, editable=False
    )
    token = models.CharField(max_length=22, default=new_token, editable=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    # How often the provider gave an error that may pass; Campaign.max_retries bounds it.
    retries = models.PositiveSmallIntegerField(_("retries"), default=0)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    delivered_at = models.DateTimeField(_("delivered"), null=True, blank=True)
    read_at = models.DateTimeField(_("read"), null=True, blank=True)
    replied_at = models.DateTimeField(_("replied"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    failed_at = models.DateTimeField(_("failed"), null=True, blank=True)
    skipped_at = models.DateTimeField(_("skipped"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects: ClassVar = TenantManager.from_queryset(RecipientQuerySet)()

    class Meta:
        db_table = "campaign_recipients"
        verbose_name = _("recipient")
        verbose_name_plural = _("recipients")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                name="one_recipient_per_campaign_and_contact", fields=["campaign", "contact"]
            ),
            models.UniqueConstraint(name="one_recipient_per_sid", fields=["tenant", "message_sid"]),
            models.UniqueConstraint(name="one_recipient_per_token", fields=["token"]),
            models.CheckConstraint(
                name="recipient_status_is_known", condition=Q(status__in=RecipientStatus.values)
            ),
            models.CheckConstraint(
                name="recipient_sent_has_a_time",
                condition=~Q(status__in=["sent", "delivered", "read", "replied", "closed"])
                | Q(sent_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["campaign", "id"]),
            models.Index(fields=["campaign", "status", "id"]),
            models.Index(fields=["contact", "sent_at"]),
            models.Index(fields=["tenant", "-id"]),
            models.Index(fields=["tenant", "sent_at"]),
            models.Index(fields=["tenant", "phone"]),
            models.Index(
                name="recipients_tried_again",
                fields=["given_up_sid"],
                condition=Q(given_up_sid__isnull=False),
            ),
        ]
        permissions = [("export_recipient", _("Can export recipients"))]

    def __str__(self) -> str:
        return self.phone


class StatusChange(TenantModel):
    """One move of one recipient. Append-only."""

    recipient = models.ForeignKey(
        Recipient, verbose_name=_("recipient"), on_delete=models.CASCADE, related_name="changes"
    )
    old = models.CharField(_("from"), max_length=12, choices=RecipientStatus, blank=True)
    new = models.CharField(_("to"), max_length=12, choices=RecipientStatus)
    at = models.DateTimeField(_("at"))
    source = models.CharField(_("source"), max_length=8, choices=StatusSource)
    metadata = models.JSONField(_("details"), default=dict, blank=True)

    class Meta:
        db_table = "status_history"
        verbose_name = _("status change")
        verbose_name_plural = _("status changes")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="status_change_source_is_known", condition=Q(source__in=StatusSource.values)
            )
        ]

    def __str__(self) -> str:
        return f"{self.old} -> {self.new}"
