"""Conversations: one for each sender and contact."""

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contacts.models import Contact, Tag
from messaging.models.senders import Sender
from messaging.querysets import ConversationQuerySet
from waproject.tenants.fields import TenantManyToManyField
from waproject.tenants.managers import TenantManager
from waproject.tenants.models import TenantModel


class Conversation(TenantModel):
    """All that one sender and one contact said to each other."""

    class Status(models.TextChoices):
        OPEN = "open", pgettext_lazy("conversation", "open")
        CLOSED = "closed", pgettext_lazy("conversation", "closed")

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
    window_expires_at = models.DateTimeField(
        _("free text until"),
        null=True,
        blank=True,
        help_text=_("WhatsApp allows free text for 24 hours after the person's last message."),
    )
    last_message_at = models.DateTimeField(_("last message"), null=True, blank=True)
    last_message_body = models.CharField(_("last text"), max_length=160, blank=True)
    last_message_direction = models.CharField(max_length=8, blank=True)
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
            )
        ]
        indexes = [
            models.Index(fields=["tenant", "-last_message_at", "-id"]),
            models.Index(fields=["tenant", "-has_unread", "-last_message_at", "-id"]),
            models.Index(fields=["tenant", "status", "-has_unread", "-last_message_at"]),
            models.Index(fields=["tenant", "window_expires_at"]),
            models.Index(
                name="conversations_wanting_a_person",
                fields=["tenant", "-last_message_at"],
                condition=Q(wants_human=True),
            ),
        ]

    def __str__(self) -> str:
        return str(self.contact)

    def window_is_open(self, now: datetime) -> bool:
        """May staff write free text now?"""
        return self.window_expires_at is not None and self.window_expires_at > now
