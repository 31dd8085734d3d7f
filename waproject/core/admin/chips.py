"""States as chips: a dot and a word, with a colour that says how much it matters."""

from collections.abc import Mapping

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst

# What a state is to whoever reads it. A list names its columns of states in `chips`, each with the
# tone of its values; a value that is not named is at rest.
USUAL, GOOD, LIVE, INFO, WARN, BAD = "usual", "good", "live", "info", "warn", "bad"

Tones = Mapping[str, str]


def chip(words: object, tone: str = "") -> SafeString:
    """The chip of a state, in words that begin with a capital."""
    kind = f"chip chip-{tone}" if tone else "chip"
    shown = mark_safe(capfirst(conditional_escape(words)))  # noqa: S308  it is escaped
    return format_html('<span class="{}">{}</span>', kind, shown)
