"""Why a recipient was skipped or failed, in words.

Stored as text in the project's language: the worker that writes a reason has no reader's language.
"""

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from contacts.models import ContactStatus

Text = str | Promise

OPTED_OUT: Text = _("opted out")
INVALID: Text = _("invalid address")
UNREACHABLE: Text = _("cannot be reached on this channel")
HELD: Text = _("a message of theirs waits for a decision")
LANDLINE: Text = _("a landline, from which nobody wrote by WhatsApp")
NO_ADDRESS: Text = _("no phone number")
CANCELLED: Text = _("campaign cancelled")
ENDED: Text = _("no sending hour before the campaign's end")
ENDED_PAUSED: Text = _("The end of the campaign came before it was resumed.")
CAPPED: Text = _("had enough campaign messages lately")
HAD_IT: Text = _("this campaign already wrote to this address")
REFUSED_TOO_OFTEN: Text = _("the provider was too busy at every attempt")
WINDOW_CLOSED: Text = _("outside the 24-hour window for free text")
TOO_LONG: Text = _("the text is too long")
MISSING: Text = _("missing: %(names)s")
SENDER_OFF: Text = _("The sender “%(sender)s” is switched off. Switch it on or choose another.")


def words(reason: Text, **values: str) -> str:
    """The reason in the project's language, at most 200 characters."""
    with translation.override(settings.LANGUAGE_CODE):
        text = str(reason)
    return (text % values if values else text)[:200]


def why_not_writable(status: str, held: bool, blocked: bool) -> Text | None:
    """Why a person may not be written to on a channel, `blocked` or not; None if they may."""
    if status == ContactStatus.OPTED_OUT:
        return OPTED_OUT
    if status == ContactStatus.INVALID:
        return INVALID
    if blocked:
        return UNREACHABLE
    return HELD if held else None
