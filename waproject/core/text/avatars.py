"""What stands for a person where there is no picture of them."""

from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

TINTS = 4


def initials(name: Any) -> str:
    """The first letters of the first two words: `CR` for Camila Rojas."""
    words = [word for word in str(name).split() if word[0].isalnum()]
    return "".join(word[0] for word in words[:2]).upper()


def tint(name: Any) -> str:
    """One of the few grounds of an avatar, always the same for the same name."""
    number = sum(map(ord, str(name))) % TINTS
    return f"tint-{number}" if number else ""


def named(name: str, below: str) -> SafeString:
    """A person in a list: the avatar, the name, and a quiet line below it."""
    return format_html(
        '<span class="who"><span class="avatar {}" aria-hidden="true">{}</span>'
        "<span>{}<small>{}</small></span></span>",
        tint(name),
        initials(name),
        name,
        below,
    )
