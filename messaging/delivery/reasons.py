"""Why a recipient was skipped or failed, in words; optouts.reachability has the other reasons.

Stored as text in the project's language: the worker that writes a reason has no reader's language.
"""

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise

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
