"""Conversations: one for each sender and contact."""

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contacts.models import Contact, Tag
from messaging.models.querysets import ConversationQuerySet
from messaging.models.senders import Sender
from messaging.states import IN_WORK, ConversationStatus
from waproject.tenants.fields import TenantManyToManyField
from waproject.tenants.managers import TenantManager
from waproject.tenants.models import TenantModel


class Conversation(TenantModel):
    """All that one sender and one contact said to each other."""

    Status = ConversationStatus

    sender = models.ForeignKey(
        Sender, verbose_name=_("sender"), on_delete=models.PROTECT, related_name="conversations"
    )
    contact = models.ForeignKey(
        Contact, verbose_name=_("contact"), on_delete=models.CASCADE, related_name="conversations"
    )
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.OPEN)
    unread_count = models.PositiveIntegerField(_("unread"), default=0)
    # Kept by the database, so that lists can show unread conversations first by an index.
    has_unread = models.GeneratedField(
        expression=Q(unread_count__gt=0),  # type: ignore[arg-type]
        output_field=models.BooleanField(verbose_name=_("unread")),
        db_persist=True,
        verbose_name=_("unread"),
    )
    wants_human = models.BooleanField(_("asks for a person"), default=False)
    # Since a colleague answered or was given it, until it is given back or settled.
    taken_over = models.BooleanField(_("taken over from the menu"), default=False, db_default=False)
    window_expires_at = models.DateTimeField(
        _("free text until"),
        null=True,
        blank=True,
        help_text=_("WhatsApp allows free text for 24 hours after the person's last message."),
    )
    last_message_at = models.DateTimeField(_("last message"), null=True, blank=True)
    last_message_body = models.CharField(_("last text"), max_length=160, blank=True)
    last_message_direction = models.CharField(max_length=8, blank=True)
    # What the person said last, whatever we sent since. Null while they never wrote.
    last_inbound_at = models.DateTimeField(_("last wrote"), null=True, blank=True, editable=False)
    last_inbound_body = models.CharField(
        _("last words"), max_length=160, blank=True, editable=False, default=""
    )
    last_inbound_type = models.CharField(max_length=20, blank=True, editable=False, default="")
    # Since when the person waits for staff; null once somebody answered or closed.
    waiting_since = models.DateTimeField(_("waiting since"), null=True, blank=True, editable=False)
    # Since the words with which the round began (messaging.inbox.times); null once it is resolved.
    round_began_at = models.DateTimeField(null=True, blank=True, editable=False)
    resolved_at = models.DateTimeField(_("resolved"), null=True, blank=True, editable=False)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("assigned to"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    tags = TenantManyToManyField(Tag, verbose_name=_("tags"), blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects: ClassVar = TenantManager.from_queryset(ConversationQuerySet)()

    class Meta:
        db_table = "conversations"
        verbose_name = _("conversation")
        verbose_name_plural = _("conversations")
        ordering = ["-last_message_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                name="one_conversation_per_sender_and_contact", fields=["sender", "contact"]
            ),
            models.CheckConstraint(
                name="conversation_status_is_known",
                condition=Q(status__in=ConversationStatus.values),
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "-last_message_at", "-id"]),
            models.Index(fields=["tenant", "-has_unread", "-last_message_at", "-id"]),
            models.Index(fields=["tenant", "status", "-has_unread", "-last_message_at"]),
            models.Index(fields=["tenant", "window_expires_at"]),
            # The views of the inbox (messaging.inbox.reading.shelves), each in its order.
            models.Index(
                name="inbox_of_all",
                fields=["tenant", "-last_inbound_at", "-id"],
                condition=Q(last_inbound_at__isnull=False),
            ),
            models.Index(
                name="inbox_unread",
                fields=["tenant", "-last_inbound_at", "-id"],
                condition=Q(unread_count__gt=0),
            ),
            models.Index(
                name="inbox_of_somebody",
                fields=["assignee", "-last_inbound_at", "-id"],
                condition=Q(last_inbound_at__isnull=False, status__in=IN_WORK),
            ),
            models.Index(
                name="inbox_of_nobody",
                fields=["tenant", "-last_inbound_at", "-id"],
                condition=Q(
                    last_inbound_at__isnull=False, status__in=IN_WORK, assignee__isnull=True
                ),
            ),
            models.Index(
                name="inbox_asking_for_a_person",
                fields=["tenant", "-last_inbound_at", "-id"],
                condition=Q(wants_human=True),
            ),
            models.Index(
                name="inbox_waiting",
                fields=["tenant", "waiting_since", "id"],
                condition=Q(waiting_since__isnull=False),
            ),
            models.Index(
                name="inbox_unresolved",
                fields=["tenant", "round_began_at", "id"],
                condition=Q(round_began_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.contact)

    def window_is_open(self, now: datetime) -> bool:
        """May staff write free text now?"""
        return self.window_expires_at is not None and self.window_expires_at > now
