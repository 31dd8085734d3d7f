"""What the system answers by itself."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from waproject.tenants.models import TenantModel


class AutoReply(TenantModel):
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
                fields=["tenant", "event"],
                condition=~Q(event=""),
                violation_error_message=_("There is already a reply to this event."),
            )
        ]

    def __str__(self) -> str:
        return self.keywords or self.get_event_display()
