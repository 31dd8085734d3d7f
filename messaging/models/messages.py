"""The log of every message in or out."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contacts.models import ADDRESS_LENGTH, Contact
from contacts.permissions import shown_text
from messaging.content import NOT_SENT, NOT_SENT_DETAILS
from messaging.delivery.reasons import in_words
from messaging.models.accounts import Account
from messaging.models.conversations import Conversation
from messaging.models.querysets import MessageQuerySet
from messaging.models.templates import TemplateVersion
from messaging.states import MESSAGE_SID_LENGTH, MESSAGE_TYPES, ON_THE_WAY, Direction, MessageStatus
from messaging.tokens import TOKEN, new_token
from waproject.tenants.managers import TenantManager
from waproject.tenants.models import TenantModel


class Message(TenantModel):
    """One message in or out. It is the log: no job deletes it.

    `campaign_id` is a plain number, not a foreign key: campaigns stand a floor above.
    """

    conversation = models.ForeignKey(
        Conversation,
        verbose_name=_("conversation"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="messages",
        db_index=False,  # an index below begins with it
    )
    contact = models.ForeignKey(
        Contact,
        verbose_name=_("contact"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="messages",
        db_index=False,  # an index below begins with it
    )
    # The account through which it went or came: its sender may have another one by now. Neither
    # checked by the database nor indexed: each message would lock the account's row, and only the
    # deletion of an account asks for its messages.
    account = models.ForeignKey(
        Account,
        verbose_name=pgettext_lazy("of a provider", "account"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    campaign_id = models.BigIntegerField(_("campaign"), null=True, blank=True)
    # No index: only the deletion of a template asks for a version's messages.
    template_version = models.ForeignKey(
        TemplateVersion,
        verbose_name=_("version of the template"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    direction = models.CharField(_("direction"), max_length=8, choices=Direction)
    type = models.CharField(_("type"), max_length=20, default="text")
    phone = models.CharField(
        _("address"),
        max_length=ADDRESS_LENGTH,
        blank=True,
        help_text=_("The person's phone or WhatsApp user id."),
    )
    body = models.TextField(_("text"), blank=True)
    content = models.JSONField(_("content"), default=dict, blank=True)
    # Unique by constraints: `unique=True` would make PostgreSQL keep a second index, for LIKE.
    # Null until there is one: a unique column can hold many nulls.
    message_sid = models.CharField(  # noqa: DJ001
        _("message sid"), max_length=MESSAGE_SID_LENGTH, null=True, blank=True
    )
    token = models.CharField(max_length=TOKEN, default=new_token, editable=False)
    in_reply_to = models.OneToOneField(
        "self",
        verbose_name=_("answer to"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="automatic_reply",
    )
    status = models.CharField(_("status"), max_length=12, choices=MessageStatus)
    # Null where there is no error: the index holds the others alone.
    error_code = models.CharField(  # noqa: DJ001
        _("error code"), max_length=50, null=True, blank=True
    )
    error_message = models.TextField(_("error"), blank=True)
    price = models.DecimalField(_("price"), max_digits=10, decimal_places=5, null=True, blank=True)
    price_unit = models.CharField(_("currency"), max_length=3, blank=True)
    created_at = models.DateTimeField(_("created"))
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    delivered_at = models.DateTimeField(_("delivered"), null=True, blank=True)
    read_at = models.DateTimeField(_("read"), null=True, blank=True)
    failed_at = models.DateTimeField(_("failed"), null=True, blank=True)
    # Sent to a number of one's own to try a text: no campaign, summary or report counts it.
    is_test = models.BooleanField(_("test"), default=False, db_default=False)
    # When the provider is asked what became of it, if its callbacks stay away.
    poll_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects: ClassVar = TenantManager.from_queryset(MessageQuerySet)()

    class Meta:
        db_table = "messages"
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["tenant", "-id"]),
            models.Index(fields=["tenant", "created_at"]),
            models.Index(fields=["contact", "created_at"]),
            models.Index(fields=["conversation", "id"]),
            models.Index(fields=["campaign_id", "-id"]),
            models.Index(fields=["tenant", "direction", "created_at"]),
            models.Index(fields=["tenant", "status", "-id"]),
            models.Index(fields=["tenant", "phone", "-id"]),
            models.Index(
                name="messages_with_an_error",
                fields=["tenant", "error_code", "-id"],
                condition=Q(error_code__isnull=False),
            ),
            # Few, and a list shows them alone.
            models.Index(
                name="messages_of_tests", fields=["tenant", "-id"], condition=Q(is_test=True)
            ),
            # Before a template is deleted: whether it was ever sent.
            models.Index(
                name="messages_of_a_template",
                fields=["template_version", "-id"],
                condition=Q(template_version__isnull=False),
            ),
            models.Index(
                name="messages_without_news",
                fields=["poll_at"],
                condition=Q(status__in=ON_THE_WAY, poll_at__isnull=False),
            ),
        ]
        constraints = [
            models.UniqueConstraint(name="one_message_per_sid", fields=["tenant", "message_sid"]),
            models.UniqueConstraint(name="one_message_per_token", fields=["token"]),
            models.CheckConstraint(
                name="message_direction_is_known", condition=Q(direction__in=Direction.values)
            ),
            models.CheckConstraint(
                name="message_status_is_known", condition=Q(status__in=MessageStatus.values)
            ),
        ]
        permissions = [("export_message", _("Can export conversations and messages"))]

    def __str__(self) -> str:
        return shown_text(self.body)[:60] or self.type_in_words

    @property
    def type_in_words(self) -> str:
        """What the message carries, in the reader's language."""
        return str(MESSAGE_TYPES.get(self.type, self.type))

    @property
    def error_meaning(self) -> str:
        """Why it failed, in the reader's language; "" where nothing is known of it."""
        if NOT_SENT in self.content:
            return in_words(self.content[NOT_SENT], self.content.get(NOT_SENT_DETAILS, {}))
        if not (self.error_code and self.account):
            return ""
        return str(self.account.api.classify_error(self.error_code).meaning)
