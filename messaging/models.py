"""Senders, templates, conversations, and the log of every message in or out."""

from datetime import datetime

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contacts.models import ADDRESS_LENGTH, Contact, Tag
from contacts.states import Channel as Channel
from messaging.delivery.models import Delivery as Delivery
from messaging.delivery.models import DeliveryStream as DeliveryStream
from messaging.delivery.models import Lane as Lane
from messaging.kept import KeptStatus as KeptStatus
from messaging.openings import Opening as Opening
from messaging.querysets import ConversationQuerySet, MessageQuerySet
from messaging.states import ON_THE_WAY, Direction, MessageStatus
from messaging.tokens import TOKEN
from messaging.tokens import new_token as new_token
from messaging.tokens import new_tokens as new_tokens

class Sender(models.Model):
    """A number that the business writes from, and the rate its messages share."""

    class Status(models.TextChoices):
        ACTIVE = "active", _("in use")
        DISABLED = "disabled", _("switched off")

    name = models.CharField(_("name"), max_length=100)
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
        validators=[
            RegexValidator(
                r"^MG[0-9a-fA-F]{32}$",
                _("A messaging service is MG followed by 32 hexadecimal digits."),
            )
        ],
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
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.ACTIVE)
    # Up to this moment the provider was asked for what people wrote here (messaging.late).
    heard_until = models.DateTimeField(null=True, blank=True, editable=False)
    # The first free moment on this sender's time line, in seconds since 1970: workers on any
    # number of machines reserve slots by moving it forward in one UPDATE.
    next_slot = models.FloatField(default=0, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        db_table = "senders"
        verbose_name = _("sender")
        verbose_name_plural = _("senders")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                name="one_sender_per_channel_and_number",
                fields=["channel", "address"],
                violation_error_message=_("There is already a sender with this number."),
            ),
            models.CheckConstraint(name="sender_rate_is_positive", condition=Q(rate__gt=0)),
            models.CheckConstraint(
                name="sender_channel_is_known", condition=Q(channel__in=Channel.values)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.address})"


class Template(models.Model):
    """A text approved by WhatsApp, with placeholders and where their values come from.

    `variables` maps a placeholder of the body to its source and fallback:
    `{"nombre": {"source": "contact.name", "fallback": "cliente"}}`; messaging.rendering lists
    the sources.
    """

    class Category(models.TextChoices):
        MARKETING = "marketing", _("marketing")
        UTILITY = "utility", _("utility")
        AUTHENTICATION = "authentication", _("authentication")

    class Status(models.TextChoices):
        DRAFT = "draft", _("not submitted")
        PENDING = "pending", _("in review")
        APPROVED = "approved", _("approved")
        REJECTED = "rejected", _("rejected")
        PAUSED = "paused", pgettext_lazy("template", "paused")
        DISABLED = "disabled", pgettext_lazy("template", "disabled")

    name = models.CharField(
        _("name"),
        max_length=100,
        validators=[
            RegexValidator(r"^[a-z0-9_]+$", _("Use lowercase letters, digits and underscores."))
        ],
    )
    language = models.CharField(_("language"), max_length=10, default="es")
    category = models.CharField(
        _("category"), max_length=15, choices=Category, default=Category.MARKETING
    )
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT)
    content_sid = models.CharField(
        _("content sid"),
        max_length=34,
        blank=True,
        help_text=_("Twilio's id of the approved template: HX followed by 32 hexadecimal digits."),
        validators=[
            RegexValidator(
                r"^HX[0-9a-fA-F]{32}$", _("A content sid is HX followed by 32 hexadecimal digits.")
            )
        ],
    )
    body = models.TextField(
        _("text"),
        max_length=1024,
        help_text=_("With placeholders in double braces, for example {{nombre}} or {{1}}."),
    )
    variables = models.JSONField(_("variables"), default=dict, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    class Meta:
        db_table = "templates"
        verbose_name = _("template")
        verbose_name_plural = _("templates")
        ordering = ["name", "language"]
        constraints = [
            models.UniqueConstraint(
                name="one_template_per_name_and_language",
                fields=["name", "language"],
                violation_error_message=_("There is already a template of this name and language."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.language})"


class Conversation(models.Model):
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
    tags = models.ManyToManyField(Tag, verbose_name=_("tags"), blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = ConversationQuerySet.as_manager()

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
            models.Index(fields=["-last_message_at", "-id"]),
            models.Index(fields=["-has_unread", "-last_message_at", "-id"]),
            models.Index(fields=["status", "-has_unread", "-last_message_at"]),
            models.Index(fields=["window_expires_at"]),
            models.Index(
                name="conversations_wanting_a_person",
                fields=["-last_message_at"],
                condition=Q(wants_human=True),
            ),
        ]

    def __str__(self) -> str:
        return str(self.contact)

    def window_is_open(self, now: datetime) -> bool:
        """May staff write free text now?"""
        return self.window_expires_at is not None and self.window_expires_at > now


class Message(models.Model):
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
    campaign_id = models.BigIntegerField(_("campaign"), null=True, blank=True)
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
        _("message sid"), max_length=34, null=True, blank=True
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
    error_code = models.PositiveIntegerField(_("error code"), null=True, blank=True)
    error_message = models.TextField(_("error"), blank=True)
    price = models.DecimalField(_("price"), max_digits=10, decimal_places=5, null=True, blank=True)
    price_unit = models.CharField(_("currency"), max_length=3, blank=True)
    created_at = models.DateTimeField(_("created"))
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    delivered_at = models.DateTimeField(_("delivered"), null=True, blank=True)
    read_at = models.DateTimeField(_("read"), null=True, blank=True)
    failed_at = models.DateTimeField(_("failed"), null=True, blank=True)
    # When the provider is asked what became of it, if its callbacks stay away.
    poll_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = MessageQuerySet.as_manager()

    class Meta:
        db_table = "messages"
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["created_at"]),
            models.Index(fields=["contact", "created_at"]),
            models.Index(fields=["conversation", "id"]),
            models.Index(fields=["campaign_id", "-id"]),
            models.Index(fields=["direction", "created_at"]),
            models.Index(fields=["status", "-id"]),
            models.Index(fields=["phone", "-id"]),
            models.Index(
                name="messages_with_an_error",
                fields=["error_code", "-id"],
                condition=Q(error_code__isnull=False),
            ),
            models.Index(
                name="messages_without_news",
                fields=["poll_at"],
                condition=Q(status__in=ON_THE_WAY, poll_at__isnull=False),
            ),
        ]
        constraints = [
            models.UniqueConstraint(name="one_message_per_sid", fields=["message_sid"]),
            models.UniqueConstraint(name="one_message_per_token", fields=["token"]),
            models.CheckConstraint(
                name="message_direction_is_known", condition=Q(direction__in=Direction.values)
            ),
            models.CheckConstraint(
                name="message_status_is_known", condition=Q(status__in=MessageStatus.values)
            ),
        ]

    def __str__(self) -> str:
        return self.body[:60] or self.type


class AutoReply(models.Model):
    """What the system answers by itself to a word or a menu digit. Staff edit it.

    `event` replies answer something that happened rather than a word: an opt-out, an opt-in.
    """

    class Action(models.TextChoices):
        REPLY = "reply", _("only answer")
        HUMAN = "human", _("ask for a person")

    class Event(models.TextChoices):
        NONE = "", _("a word")
        OPT_OUT = "opt_out", _("the person opted out")
        OPT_IN = "opt_in", _("the person opted in again")
        FALLBACK = "fallback", _("nothing else matched")

    event = models.CharField(_("answers to"), max_length=10, choices=Event, blank=True)
    keywords = models.CharField(
        _("words"),
        max_length=200,
        blank=True,
        help_text=_("Separated by commas; a digit counts only when it is the whole message."),
    )
    body = models.TextField(_("answer"), max_length=1600)
    action = models.CharField(_("action"), max_length=10, choices=Action, default=Action.REPLY)
    position = models.PositiveSmallIntegerField(_("position"), default=10)
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        db_table = "auto_replies"
        verbose_name = _("automatic reply")
        verbose_name_plural = _("automatic replies")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                name="one_reply_per_event",
                fields=["event"],
                condition=~Q(event=""),
                violation_error_message=_("There is already a reply to this event."),
            )
        ]

    def __str__(self) -> str:
        return self.keywords or self.get_event_display()
