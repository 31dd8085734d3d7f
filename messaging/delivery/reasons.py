"""Why a message was not sent: a code and what its words name, put into words when it is shown.

A code is one of NotSent, or a Barrier of optouts.reachability. Sources store it with its details
in columns of their own; `in_words` gives the words in the reader's language.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from messaging.providers import registry
from messaging.providers.errors import ErrorRule
from optouts.reachability import Barrier

# What a column for a code holds, in characters.
CODE_LENGTH = 20


class NotSent(models.TextChoices):
    """The reasons that lie not in the person but in the campaign, the text or the provider."""

    CANCELLED = "cancelled", _("campaign cancelled")
    ENDED = "ended", _("no sending hour before the campaign's end")
    CAPPED = "capped", _("had enough campaign messages lately")
    HAD_IT = "had_it", _("this campaign already wrote to this address")
    TOO_BUSY = "too_busy", _("the provider was too busy at every attempt")
    RESTORED = "restored", _("may have left after the backup that was restored")
    TOO_LONG = "too_long", _("the text is too long")
    MISSING = "missing", _("missing: %(names)s")
    SENDER_OFF = (
        "sender_off",
        _("The sender “%(sender)s” is switched off. Switch it on or choose another."),
    )
    TEMPLATE_REJECTED = (
        "template_rejected",
        _(
            "WhatsApp rejected the template “%(template)s”. Change and submit it again, then copy"
            " the campaign."
        ),
    )
    TEMPLATE_PAUSED = (
        "template_paused",
        _(
            "WhatsApp paused the template “%(template)s” for what people say of it. Resume the"
            " campaign when it is approved again, or copy it with another template."
        ),
    )
    TEMPLATE_DISABLED = (
        "template_disabled",
        _(
            "The template “%(template)s” can be sent no more: WhatsApp disabled it, or it is gone"
            " at the provider. Copy the campaign with another template."
        ),
    )
    # Its words are the meaning that the provider's table gives to its error.
    PROVIDER_ERROR = "provider_error", _("The provider refused the message.")


@dataclass(frozen=True, slots=True, order=True)
class Why:
    """A code, and the values that its words name. False when there is no reason."""

    code: str = ""
    values: tuple[tuple[str, str], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.code)

    def __str__(self) -> str:
        return in_words(self.code, self.details)

    @property
    def details(self) -> dict[str, str]:
        """The values as a source stores them beside the code."""
        return dict(self.values)


NO_REASON = Why()


def why(code: str, **values: str) -> Why:
    """The reason with this code; `values` are what its words name."""
    return Why(str(code), tuple(sorted(values.items())))


def why_refused(provider: str, rule: ErrorRule) -> Why:
    """The reason that an error of the provider gives."""
    return why(NotSent.PROVIDER_ERROR, provider=provider, error=rule.code or "")


def in_words(code: str, details: Mapping[str, Any]) -> str:
    """The words of a code with its details, in the reader's language; empty without a code."""
    if code == NotSent.PROVIDER_ERROR and details.get("provider") in registry.names():
        rule = registry.provider(details["provider"]).classify_error(details.get("error") or None)
        return str(rule.meaning)
    label = str(_labels().get(code, code))
    return label % details if details else label


def choices() -> list[tuple[str, str | Promise]]:
    """All codes, with their words before the values are put in."""
    return list(_labels().items())


@lru_cache
def _labels() -> dict[str, str | Promise]:
    return {
        **{one.value: one.label for one in Barrier},
        **{one.value: one.label for one in NotSent},
    }
