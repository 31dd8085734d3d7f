"""What staff write down about conversations: notes and events, outcomes, next steps, drafts."""

from typing import Any, ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from messaging.delivery.hours import EVERY_DAY
from messaging.tokens import TOKEN
from waproject.tenants.managers import TenantManager
from waproject.tenants.models import TenantModel

_TALK: dict[str, Any] = {"to": "messaging.Conversation", "on_delete": models.CASCADE}
_USER: dict[str, Any] = {
    "to": settings.AUTH_USER_MODEL,
    "on_delete": models.SET_NULL,
    "null": True,
    "related_name": "+",
    "db_index": False,
}


class EntryKind(models.TextChoices):
    NOTE = "note", _("note among colleagues")
    ASSIGNED = "assigned", pgettext_lazy("conversation", "assigned")
    STATUS = "status", pgettext_lazy("conversation", "put to another status")
    CLOSED = "closed", pgettext_lazy("conversation", "resolved with an outcome")
    REOPENED = "reopened", pgettext_lazy("conversation", "opened again by a message")
    TAGGED = "tagged", pgettext_lazy("conversation", "tags changed")
    STEP = "step", _("next step")
    MENU = "menu", pgettext_lazy("conversation", "given back to the menu")


class Entry(TenantModel):
    """What stands in a conversation between its messages: a note, or that something happened.

    `data` has what its words need, by the kind: `to` and `from` (a user's id and name), `status`,
    `outcome`, `amount` and `campaign` (the id of the one in which it counts), `added` and `removed`
    (names of tags), `due`.
    """

    conversation = models.ForeignKey(**_TALK, related_name="entries", db_index=False)
    kind = models.CharField(_("kind"), max_length=8, choices=EntryKind)
    text = models.TextField(_("text"), blank=True)
    data = models.JSONField(default=dict, blank=True)
    by = models.ForeignKey(verbose_name=_("by"), **_USER)
    at = models.DateTimeField(_("when"))

    class Meta:
        db_table = "conversation_entries"
        verbose_name = _("entry of a conversation")
        verbose_name_plural = _("entries of conversations")
        default_permissions = ()
        ordering = ["at", "id"]
        indexes = [models.Index(name="entries_of_talks", fields=["conversation", "at", "id"])]
        constraints = [
            models.CheckConstraint(
                name="entry_kind_is_known", condition=Q(kind__in=EntryKind.values)
            )
        ]

    def __str__(self) -> str:
        return f"{self.conversation_id}: {self.kind}"


class Outcome(TenantModel):
    """How a conversation can end. A sale has an amount, and closes the campaign's recipient."""

    name = models.CharField(_("name"), max_length=60)
    code = models.SlugField(
        _("code"),
        max_length=40,
        db_index=False,
        help_text=_("By it reports and other programs know the outcome: sold, visit."),
    )
    is_sale = models.BooleanField(
        _("a sale"),
        default=False,
        help_text=_("Asks for the amount, and closes the person in the campaign they answered."),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=10)
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        db_table = "conversation_outcomes"
        verbose_name = _("outcome")
        verbose_name_plural = _("outcomes")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                name="one_outcome_per_code",
                fields=["tenant", "code"],
                violation_error_message=_("There is already an outcome with this code."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Closing(TenantModel):
    """That a conversation was resolved with an outcome, and in which campaign it counts.

    `campaign_id` is a plain number, as in messages: campaigns stand a floor above.
    """

    # A sale counts on when its person is erased.
    conversation = models.ForeignKey(
        "messaging.Conversation",
        on_delete=models.SET_NULL,
        null=True,
        related_name="closings",
        db_index=False,
    )
    outcome = models.ForeignKey(
        Outcome, verbose_name=_("outcome"), on_delete=models.PROTECT, related_name="closings"
    )
    amount = models.DecimalField(
        _("amount"),
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    campaign_id = models.BigIntegerField(_("campaign"), null=True)
    by = models.ForeignKey(verbose_name=_("by"), **_USER)
    at = models.DateTimeField(_("when"))

    class Meta:
        db_table = "conversation_closings"
        verbose_name = _("resolved conversation")
        verbose_name_plural = _("resolved conversations")
        default_permissions = ()
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(name="closings_of_talks", fields=["conversation", "-at"]),
            models.Index(
                name="closings_of_campaigns",
                fields=["campaign_id"],
                condition=Q(campaign_id__isnull=False),
            ),
            models.Index(name="closings_by_day", fields=["tenant", "at"]),
        ]

    def __str__(self) -> str:
        return f"{self.conversation_id}: {self.outcome_id}"


class Round(TenantModel):
    """From the words with which a person began to wait, until the conversation was resolved.

    Its row is made by the first answer of staff, or by the resolution (messaging.inbox.times).
    `answer_token` is that of the answer's delivery.
    """

    # Reports count it on when its person is erased.
    conversation = models.ForeignKey(
        "messaging.Conversation",
        on_delete=models.SET_NULL,
        null=True,
        related_name="rounds",
        db_index=False,
    )
    began_at = models.DateTimeField(_("the person wrote"))
    answered_at = models.DateTimeField(_("first answer"), null=True)
    answered_by = models.ForeignKey(verbose_name=_("answered by"), **_USER)
    answer_token = models.CharField(max_length=TOKEN, blank=True, default="")
    resolved_at = models.DateTimeField(pgettext_lazy("conversation", "resolved"), null=True)
    resolved_by = models.ForeignKey(
        verbose_name=pgettext_lazy("conversation", "resolved by"), **_USER
    )

    class Meta:
        db_table = "conversation_rounds"
        verbose_name = _("time to an answer")
        verbose_name_plural = _("times to answers")
        default_permissions = ()
        ordering = ["began_at", "id"]
        constraints = [
            models.UniqueConstraint(
                name="one_round_per_beginning", fields=["conversation", "began_at"]
            )
        ]
        indexes = [models.Index(name="rounds_by_day", fields=["tenant", "began_at"])]

    def __str__(self) -> str:
        return f"{self.conversation_id}: {self.began_at}"


class NextStep(TenantModel):
    """What is to be done next with a person, and on which day. One at a time."""

    conversation = models.OneToOneField(**_TALK, primary_key=True, related_name="next_step")
    text = models.CharField(_("next step"), max_length=200)
    due_on = models.DateField(_("day"))
    by = models.ForeignKey(verbose_name=_("by"), **_USER)

    objects: ClassVar = TenantManager()

    class Meta:
        db_table = "conversation_next_steps"
        verbose_name = _("next step")
        verbose_name_plural = _("next steps")
        default_permissions = ()
        ordering = ["due_on", "pk"]
        indexes = [models.Index(name="next_steps_by_day", fields=["tenant", "due_on"])]

    def __str__(self) -> str:
        return f"{self.conversation_id}: {self.due_on}"


class Presence(TenantModel):
    """Which conversation a user has open now, and whether they write in it."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    conversation = models.ForeignKey(**_TALK, related_name="+")
    writes = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        db_table = "conversation_presences"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(name="one_presence_per_user", fields=["tenant", "user"])
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.conversation_id}"


class CannedAnswer(TenantModel):
    """An answer that is written once: staff type its shortcut, such as /precio."""

    shortcut = models.SlugField(
        _("shortcut"),
        max_length=30,
        db_index=False,
        help_text=_("Typed after a slash: precio for /precio."),
    )
    text = models.TextField(
        _("text"),
        max_length=1_600,
        help_text=_(
            "Values of the person stand in double braces, as in templates: {{nombre}}, {{modelo}}."
            " {{agente}} is whoever writes."
        ),
    )
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        db_table = "canned_answers"
        verbose_name = _("quick answer")
        verbose_name_plural = _("quick answers")
        ordering = ["shortcut"]
        constraints = [
            models.UniqueConstraint(
                name="one_canned_answer_per_shortcut",
                fields=["tenant", "shortcut"],
                violation_error_message=_("There is already a quick answer with this shortcut."),
            )
        ]

    def __str__(self) -> str:
        return f"/{self.shortcut}"


class Draft(TenantModel):
    """What a user has begun to write in a conversation, and not sent."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    conversation = models.ForeignKey(**_TALK, related_name="+")
    text = models.TextField()
    at = models.DateTimeField()

    class Meta:
        db_table = "conversation_drafts"
        verbose_name = _("draft of an answer")
        verbose_name_plural = _("drafts of answers")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                name="one_draft_per_user_and_conversation", fields=["user", "conversation"]
            )
        ]
        indexes = [models.Index(name="drafts_by_day", fields=["tenant", "at"])]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.conversation_id}"


class Assigning(models.TextChoices):
    BY_HAND = "", _("by hand")
    IN_TURN = "turns", _("in turn, to whoever has the fewest")


# A week and a month of open time: who allows longer wants no limit.
MOST_MINUTES, MOST_HOURS = 7 * 24 * 60, 31 * 24


class InboxRules(TenantModel):
    """How the business answers: who gets a new conversation, and what is said when it is closed."""

    assigning = models.CharField(
        _("new conversations are given"), max_length=5, choices=Assigning, default="", blank=True
    )
    opens = models.TimeField(_("answers from"), null=True, blank=True)
    closes = models.TimeField(_("answers until"), null=True, blank=True)
    # A bit for each weekday, Monday's the lowest (messaging.delivery.hours).
    days = models.PositiveSmallIntegerField(_("on these days"), default=EVERY_DAY)
    away_text = models.TextField(
        _("answer outside these hours"),
        max_length=1_600,
        blank=True,
        help_text=_("Once to each person, from closing to opening. Empty: none."),
    )

    answer_within = models.PositiveIntegerField(
        _("minutes to an answer"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_MINUTES)],
        help_text=_("Whoever waits longer is shown as late. Empty: nobody is."),
    )
    resolve_within = models.PositiveIntegerField(
        _("hours to resolution"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_HOURS)],
        help_text=_("From the first words that nobody answered. Empty: no limit."),
    )

    class Meta:
        db_table = "inbox_rules"
        verbose_name = _("rules of the inbox")
        verbose_name_plural = _("rules of the inbox")
        default_permissions = ("view", "change")
        constraints = [models.UniqueConstraint(name="one_set_of_inbox_rules", fields=["tenant"])]

    def __str__(self) -> str:
        return capfirst(str(self._meta.verbose_name))


class TagRule(TenantModel):
    """That conversations with people who have a tag are given to a colleague."""

    rules = models.ForeignKey(InboxRules, on_delete=models.CASCADE, related_name="tag_rules")
    tag = models.ForeignKey(
        "contacts.Tag", verbose_name=_("tag"), on_delete=models.CASCADE, related_name="+"
    )
    to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("given to"),
        on_delete=models.CASCADE,
        related_name="+",
        db_index=False,
    )

    class Meta:
        db_table = "inbox_tag_rules"
        verbose_name = _("rule by tag")
        verbose_name_plural = _("rules by tag")
        default_permissions = ("view", "add", "change", "delete")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_inbox_rule_per_tag",
                fields=["tag"],
                violation_error_message=_("There is already a rule for this tag."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.tag_id}: {self.to_id}"
