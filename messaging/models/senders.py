"""Senders, and the people that the business wrote to first from each."""

from contextlib import AbstractAsyncContextManager
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contacts.models import ADDRESS_LENGTH, Contact
from contacts.phones import spaced_phone
from contacts.states import Channel
from messaging.models.accounts import Account
from messaging.providers.base import Gateway, Provider
from messaging.providers.ids import validate_service_id
from messaging.states import Quality, Tier
from waproject.tenants.models import TenantModel


class Sender(TenantModel):
    """A number that the business writes from, and the rate its messages share."""

    class Status(models.TextChoices):
        ACTIVE = "active", _("in use")
        DISABLED = "disabled", _("switched off")

    name = models.CharField(_("name"), max_length=100)
    account = models.ForeignKey(
        Account, verbose_name=_("account"), on_delete=models.PROTECT, related_name="senders"
    )
    channel = models.CharField(_("channel"), max_length=10, choices=Channel)
    address = models.CharField(
        _("number"),
        max_length=ADDRESS_LENGTH,
        validators=[
            RegexValidator(
                r"^(\+[1-9][0-9]{6,14}|[0-9]{3,8})$",
                _("The number must look like +56975400946, or be a short code such as 12345."),
            )
        ],
    )
    messaging_service_sid = models.CharField(
        _("messaging service"),
        max_length=34,
        blank=True,
        validators=[validate_service_id],
    )
    # Of a number for SMS, as the provider says where it lists the number (messaging.standing).
    sends_files = models.BooleanField(
        _("sends MMS"),
        default=False,
        help_text=_("Whether a number for SMS can send pictures and other files (MMS)."),
    )
    rate = models.FloatField(
        _("messages per second"),
        default=80,
        validators=[MinValueValidator(0.01), MaxValueValidator(1000)],
    )
    # Unique people in a moving 24 hours; WhatsApp's tiers are 250, 2,000, 10,000 and 100,000.
    daily_limit = models.PositiveIntegerField(
        _("people a day"), null=True, blank=True, help_text=_("Left empty, there is no limit.")
    )
    quality = models.CharField(
        _("quality"), max_length=10, choices=Quality, default=Quality.UNKNOWN
    )
    tier = models.CharField(_("limit"), max_length=12, choices=Tier, default=Tier.UNKNOWN)
    # How many people a day, from day to day since the sender was first used; after them the plan
    # says nothing.
    warm_up: Any = models.JSONField(_("warm-up plan"), default=list, blank=True)
    warm_up_since = models.DateTimeField(_("first used"), null=True, editable=False)
    # Of the people a day that it may write to, in percent, while WhatsApp thinks less of it.
    share_when_medium = models.PositiveSmallIntegerField(
        _("people a day at medium quality, in percent"),
        default=50,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
    )
    share_when_low = models.PositiveSmallIntegerField(
        _("people a day at low quality, in percent"),
        default=10,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
    )
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.ACTIVE)
    # Up to this moment the provider was asked for what people wrote here (messaging.inbound.late).
    asked_until = models.DateTimeField(null=True, blank=True, editable=False)
    # The first free moment on this sender's time line, in seconds since 1970: workers on any
    # number of machines reserve slots by moving it forward in one UPDATE.
    next_slot = models.FloatField(default=0, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        db_table = "senders"
        verbose_name = _("sender")
        verbose_name_plural = _("senders")
        ordering = ["name"]
        permissions = [("send_test", _("Can send tests to a number of their own"))]
        constraints = [
            models.UniqueConstraint(
                name="one_sender_per_channel_and_number",
                fields=["tenant", "channel", "address"],
                violation_error_message=_("There is already a sender with this number."),
            ),
            models.CheckConstraint(name="sender_rate_is_positive", condition=Q(rate__gt=0)),
            models.CheckConstraint(
                name="sender_channel_is_known", condition=Q(channel__in=Channel.values)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.shown_address})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store it; one that names no account is of the first account of its business."""
        if self.account_id is None:
            self.account = Account.objects.foremost()
        super().save(*args, **kwargs)

    @property
    def shown_address(self) -> str:
        """The number as people write it; a short code as it is."""
        return spaced_phone(self.address) if self.address.startswith("+") else self.address

    @property
    def provider(self) -> Provider:
        """The implementation of the provider that its messages go through."""
        return self.account.api

    def callback_url(self, token: str) -> str:
        """The public address to which the statuses of one of its messages are reported."""
        return self.account.callback_url(token)

    def gateway(self) -> AbstractAsyncContextManager[Gateway]:
        """Connections to the provider for its account. Raises NotConfigured."""
        return self.account.gateway()


class Opening(TenantModel):
    """When the business last wrote first, outside an open window, to a person from a sender."""

    sender = models.ForeignKey(Sender, on_delete=models.CASCADE, related_name="+", db_index=False)
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_opening_per_sender_and_contact", fields=["sender", "contact"]
            )
        ]
        indexes = [models.Index(name="openings_of_a_day", fields=["sender", "at"])]

    def __str__(self) -> str:
        return f"{self.sender_id} -> {self.contact_id}"
