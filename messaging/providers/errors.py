"""What an error of a provider means and what the engine does about it."""

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class About(TextChoices):
    """What an error is about."""

    RECIPIENT = "recipient", _("the recipient")
    SENDER = "sender", _("the sender")
    ACCOUNT = "account", _("the account")
    TEMPLATE = "template", _("the template")
    CONTENT = "content", _("the content")
    PROVIDER = "provider", _("the provider")
    REQUEST = "request", _("the request")
    LOOP = "loop", _("a loop")


class Action(TextChoices):
    """What the engine does about an error."""

    FAIL = "fail", _("fail this recipient")
    MARK_INVALID = "mark_invalid", _("fail this recipient and mark the address invalid")
    BLOCK_CHANNEL = "block_channel", _("fail this recipient and no longer use the channel for them")
    OPT_OUT = "opt_out", _("record an opt-out")
    RETRY = "retry", _("try again later")
    PAUSE = "pause", _("pause the campaign")
    SKIP = "skip", _("skip this recipient")
    UNCERTAIN = "uncertain", _("find out whether it was accepted")


@dataclass(frozen=True, slots=True)
class ErrorRule:
    """What one error means and what to do about it.

    `code` is the provider's, None when it gave none. `meaning` is a sentence for staff.
    `retry_after` is in seconds and set for RETRY alone; `max_retries` narrows the campaign's own
    limit (None: no narrower). `pause_after` is the number of recipients of one campaign that may
    meet the error before the campaign is paused: 1 for every PAUSE, 0 for never.
    """

    code: str | None
    meaning: str | Promise
    about: About
    action: Action
    retry_after: int | None = None
    max_retries: int | None = None
    pause_after: int = 0
