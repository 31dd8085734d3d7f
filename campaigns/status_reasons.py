"""Why a campaign is in its status: a code and what its words name, put into words when shown."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from messaging.delivery import reasons
from messaging.delivery.reasons import NotSent, Why
from waproject.accounts.models import User
from waproject.core.text import sentences
from waproject.core.text.sentences import Stored, stored


class StatusReason(models.TextChoices):
    """The reasons that are no NotSent: what people and the launch said."""

    PAUSED = "paused", gettext_lazy("Paused.")
    PAUSED_BY = "paused_by", gettext_lazy("Paused by %(user)s.")
    CANCELLED = "cancelled_now", gettext_lazy("Cancelled.")
    CANCELLED_BY = "cancelled_by", gettext_lazy("Cancelled by %(user)s.")
    # A text that somebody wrote, or the sentences with which a launch was refused.
    SAID = "said", "said"


_LABELS = {one.value: one.label for one in StatusReason}
NO_REASON: dict[str, Any] = {"status_reason": "", "status_details": {}}


def because(code: str, **details: Any) -> dict[str, Any]:
    """The columns of Campaign that store this reason."""
    return {"status_reason": str(code), "status_details": details}


def because_of(why: Why) -> dict[str, Any]:
    """The columns that store a reason of the queue's."""
    return because(why.code, **why.details)


def said(*texts: Stored) -> dict[str, Any]:
    """The columns that store what somebody said; none for an empty text."""
    kept = [stored(one) for one in texts if one]
    return because(StatusReason.SAID, sentences=kept) if kept else NO_REASON


def by_person(user: User | None, alone: StatusReason, named: StatusReason) -> dict[str, Any]:
    """The columns that name the user who decided, or nobody."""
    return because(named, user=str(user)) if user else because(alone)


def in_words(code: str, details: Mapping[str, Any]) -> str:
    """The reason in the reader's language; a provider's error with its code in brackets."""
    return " ".join(filter(None, _sentences(code, details)))


def _sentences(code: str, details: Mapping[str, Any]) -> Sequence[str]:
    own = _LABELS.get(code)
    reason = reasons.in_words(code, details) if own is None else str(own) % details
    if code == StatusReason.SAID:
        reason = " ".join(map(sentences.in_words, details["sentences"]))
    error = details.get("error") if code == NotSent.PROVIDER_ERROR else ""
    ended = _("The end of the campaign came before it was resumed.") if details.get("ended") else ""
    return reason, f"({error})" if error else "", ended
