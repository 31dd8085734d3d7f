"""What is to leave, by which stream, and which worker serves a sender."""

from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contacts.models import ADDRESS_LENGTH, Contact
from messaging.delivery.hours import EVERY_DAY, Hours
from messaging.delivery.states import (
    DELIVERY_TRANSITIONS,
    IN_HAND,
    DeliveryState,
    Priority,
    StreamState,
)
from messaging.tokens import TOKEN, new_token
from optouts.reachability import Purpose
from waproject.tenants.managers import TenantManager
from waproject.tenants.models import TenantModel


class Lane(TenantModel):
    """The one worker that serves a sender, and when the sender is to be served next."""

    sender = models.OneToOneField(
        "messaging.Sender", on_delete=models.CASCADE, primary_key=True, related_name="lane"
    )
    # The worker that has the sender until then; another may take it afterwards.
    runner_token = models.CharField(max_length=TOKEN, blank=True, default="")
    runner_until = models.DateTimeField(null=True)
    # When the sender is to be given a worker, and since when a job for that waits in the queue.
    wake_at = models.DateTimeField(null=True)
    queued_at = models.DateTimeField(null=True)
    # When the sender, at its daily limit, may write first to further people.
    room_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "delivery_lanes"
        default_permissions = ()
        indexes = [
            models.Index(
                name="lanes_to_wake", fields=["wake_at"], condition=Q(wake_at__isnull=False)
            ),
            models.Index(
                name="lanes_in_the_queue",
                fields=["queued_at"],
                condition=Q(queued_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sender_id}"

    def waits_for_room(self, now: datetime) -> bool:
        """Whether the daily limit is known to be reached: only those who cost nothing may go."""
        return self.room_at is not None and self.room_at > now


class DeliveryStream(TenantModel):
    """What one source sends through one sender, and the rules for it.

    The source is named by its kind (a key of settings.DELIVERY_SOURCES) and a number of its own,
    such as a campaign's. To pause, to end, or to give it another pace is a change of this one row.
    """

    sender = models.ForeignKey(
        "messaging.Sender",
        verbose_name=_("sender"),
        on_delete=models.PROTECT,
        related_name="streams",
        db_index=False,  # the constraint below begins with it
    )
    kind = models.CharField(_("kind"), max_length=20)
    source_id = models.BigIntegerField(_("source"), default=0)
    state = models.CharField(
        _("state"), max_length=8, choices=StreamState, default=StreamState.OPEN
    )
    priority = models.PositiveSmallIntegerField(
        _("priority"), choices=Priority, default=Priority.CAMPAIGN
    )
    # What its messages are for: it decides to whom they may go.
    purpose = models.CharField(
        _("purpose"), max_length=10, choices=Purpose, default=Purpose.MARKETING
    )
    # Messages an hour; null: as many as the sender's rate allows. Seconds since 1970: when the next
    # message may leave at this pace.
    per_hour = models.PositiveIntegerField(null=True)
    next_slot = models.FloatField(default=0)
    # On each person's own clock; messaging.delivery.hours says what they mean.
    hours_start = models.TimeField(null=True)
    hours_end = models.TimeField(null=True)
    days = models.PositiveSmallIntegerField(default=EVERY_DAY)
    ends_at = models.DateTimeField(null=True)
    max_retries = models.PositiveSmallIntegerField(default=0)
    retry_delay_seconds = models.PositiveIntegerField(default=60)
    # Whether an error of the sender or the account halts the stream until a person resumes it;
    # otherwise such a delivery fails.
    can_pause = models.BooleanField(default=False)
    # How many of it were claimed beside its equals: the one with the fewest comes first.
    served = models.BigIntegerField(default=0)

    class Meta:
        db_table = "delivery_streams"
        verbose_name = _("delivery stream")
        verbose_name_plural = _("delivery streams")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                name="one_stream_per_sender_and_source", fields=["sender", "kind", "source_id"]
            ),
            models.CheckConstraint(
                name="stream_state_is_known", condition=Q(state__in=StreamState.values)
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "source_id"]),
            models.Index(name="streams_open", fields=["sender"], condition=Q(state="open")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.source_id}"

    @property
    def hours(self) -> Hours:
        """When its people may be written to, each on their own clock."""
        return Hours(self.hours_start, self.hours_end, self.days)


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def advance(self, to: DeliveryState, **fields: Any) -> int:
        """Move the rows that may go to `to`; return how many moved. One UPDATE."""
        sources = [old for old, targets in DELIVERY_TRANSITIONS.items() if to in targets]
        return self.filter(state__in=sources).update(state=to, **fields)

    def waiting(self) -> "DeliveryQuerySet":
        return self.filter(state=DeliveryState.WAITING)

    def in_hand(self) -> "DeliveryQuerySet":
        """Claimed or uncertain: the provider may have them."""
        return self.filter(state__in=IN_HAND)

    def uncertain(self) -> "DeliveryQuerySet":
        return self.filter(state=DeliveryState.UNCERTAIN)

    def of_source(self, kind: str, source_id: int) -> "DeliveryQuerySet":
        return self.filter(stream__kind=kind, stream__source_id=source_id)


class Delivery(TenantModel):
    """One message that is to leave, with its content as it was frozen.

    The row is the truth of a send: it is claimed, in a committed transaction, before the provider
    is called, and its token travels in the callback URL. The same token stands in the source's own
    row. When the outcome is known the delivery is deleted: the log of messages and the source keep
    what became of it.
    """

    stream = models.ForeignKey(
        DeliveryStream,
        verbose_name=_("stream"),
        on_delete=models.CASCADE,
        related_name="deliveries",
        db_index=False,  # an index below begins with it
    )
    # Without an index of its own: the queue is small, and every index costs each message.
    contact = models.ForeignKey(
        Contact,
        verbose_name=_("contact"),
        on_delete=models.PROTECT,
        related_name="deliveries",
        db_index=False,
    )
    address = models.CharField(
        _("address"),
        max_length=ADDRESS_LENGTH,
        help_text=_("The phone or WhatsApp user id, as it was at the last attempt."),
    )
    # Names of the zones whose clocks count (contacts.phones.zones.zone_names); empty stands for the
    # project's.
    time_zone = models.CharField(max_length=400, blank=True, default="")
    body = models.TextField(_("text"), blank=True)
    # The approved text that goes, with `variables`; without one it is `body`.
    template_version = models.ForeignKey(
        "messaging.TemplateVersion",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    variables = models.JSONField(default=dict, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=DeliveryState, default=DeliveryState.WAITING
    )
    due_at = models.DateTimeField(_("due"))
    # After this moment it is not sent any more.
    valid_until = models.DateTimeField(_("valid until"), null=True)
    # Of a reply: when somebody asked for it.
    asked_at = models.DateTimeField(null=True)
    token = models.CharField(max_length=TOKEN, default=new_token)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    # How often the provider gave an error that may pass; the stream's max_retries bounds it.
    retries = models.PositiveSmallIntegerField(_("retries"), default=0)
    claimed_at = models.DateTimeField(_("claimed"), null=True)
    # While claimed: when the claim ends. While uncertain: when the provider may be asked.
    lease_until = models.DateTimeField(_("claim ends"), null=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("asked for by"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        db_index=False,
    )

    objects: ClassVar = TenantManager.from_queryset(DeliveryQuerySet)()

    class Meta:
        db_table = "deliveries"
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(name="one_delivery_per_token", fields=["token"]),
            models.CheckConstraint(
                name="delivery_state_is_known", condition=Q(state__in=DeliveryState.values)
            ),
            models.CheckConstraint(
                name="delivery_claim_has_an_end",
                condition=~Q(state=DeliveryState.CLAIMED)
                | Q(claimed_at__isnull=False, lease_until__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                name="deliveries_waiting",
                fields=["stream", "due_at", "id"],
                condition=Q(state="waiting"),
            ),
            models.Index(
                name="deliveries_in_hand",
                fields=["lease_until"],
                condition=Q(state__in=["claimed", "uncertain"]),
            ),
            # Replies: few, and of no campaign.
            models.Index(
                name="deliveries_asked_for",
                fields=["contact"],
                condition=Q(asked_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stream_id}: {self.state}"
