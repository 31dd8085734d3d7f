"""The people whom a campaign addresses, and every move of each one."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaigns.models.campaigns import Campaign
from campaigns.models.querysets import RecipientQuerySet
from campaigns.states import RecipientStatus, StatusSource
from contacts.models import ADDRESS_LENGTH, Contact, Vehicle
from contacts.permissions import said_address
from messaging.delivery.reasons import CODE_LENGTH, in_words
from messaging.delivery.reasons import choices as reason_choices
from messaging.models import new_token
from messaging.states import MESSAGE_SID_LENGTH
from waproject.tenants.managers import TenantManager
from waproject.tenants.models import TenantModel


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
    # Names of the zones whose clocks count, separated by spaces (contacts.phones.zones.zone_names);
    # empty stands for the project's. Only campaigns with sending hours look.
    time_zone = models.CharField(_("time zone"), max_length=400, blank=True, default="")
    body = models.TextField(_("text"), blank=True)
    variables = models.JSONField(_("variables"), default=dict, blank=True)
    status = models.CharField(
        _("status"), max_length=12, choices=RecipientStatus, default=RecipientStatus.PENDING
    )
    # A code with what its words name (messaging.delivery.reasons), for skipped and failed.
    reason = models.CharField(_("why"), max_length=CODE_LENGTH, choices=reason_choices, blank=True)
    reason_details = models.JSONField(default=dict, blank=True, editable=False)
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
            # Few, and a list of all campaigns asks for them.
            models.Index(
                name="recipients_who_replied",
                fields=["tenant", "status", "-id"],
                condition=Q(status__in=[RecipientStatus.REPLIED, RecipientStatus.CLOSED]),
            ),
            # The report of each day counts them by the day on which they were written to.
            models.Index(
                name="recipients_replied_by_day",
                fields=["tenant", "sent_at"],
                condition=Q(status__in=[RecipientStatus.REPLIED, RecipientStatus.CLOSED]),
            ),
            models.Index(
                name="recipients_tried_again",
                fields=["given_up_sid"],
                condition=Q(given_up_sid__isnull=False),
            ),
        ]
        permissions = [("export_recipient", _("Can export recipients"))]

    def __str__(self) -> str:
        return said_address(self.phone)

    @property
    def why(self) -> str:
        """Why it was skipped or failed, in the reader's language; empty for others."""
        return in_words(self.reason, self.reason_details)


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
