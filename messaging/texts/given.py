"""Values that each campaign gives to its template, such as the day of an event or a branch.

A placeholder with the source CAMPAIGN shows the same to everyone; staff write it when they make the
campaign.
"""

from collections.abc import Mapping
from typing import Any

from messaging.texts.content import TemplateContent
from messaging.texts.rendering import CAMPAIGN, clean, source_of
from messaging.texts.rules.values import EXAMPLE_MOST, LOOKS
from waproject.core.text.sentences import gettext as _

_WRONG = {
    "phone": lambda: _("It does not look like a phone."),
    "email": lambda: _("It does not look like an e-mail address."),
    "url": lambda: _("It does not look like a link."),
    "datetime": lambda: _("It has neither a date nor a time."),
    "money": lambda: _("It has no amount."),
}


def given_names(content: TemplateContent) -> list[str]:
    """The placeholders whose values a campaign gives."""
    names = content.placeholders
    return [name for name in names if source_of(name, content.variables) == CAMPAIGN]


def examples(content: TemplateContent) -> dict[str, str]:
    """What stands for those values where there is no campaign: the examples."""
    return {
        name: clean(content.variables.get(name, {}).get("example", ""))
        for name in given_names(content)
    }


def problem(variable: Mapping[str, Any], value: str) -> str:
    """What is wrong with a campaign's value of a placeholder, in a sentence; "" when it is good."""
    value = clean(value)
    if not value:
        return "" if clean(variable.get("fallback", "")) else _("It has no value yet.")
    if "{{" in value:
        return _("A value cannot hold a placeholder.")
    if len(value) > EXAMPLE_MOST:
        return _("It is too long: %(most)d characters are the most.") % {"most": EXAMPLE_MOST}
    kind = variable.get("type", "text")
    looks = LOOKS.get(kind)
    return _WRONG[kind]() if looks and not looks(value) else ""


def problems(content: TemplateContent, values: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with a campaign's values, by placeholder; empty when all are good."""
    found = {
        name: problem(content.variables.get(name, {}), values.get(name, ""))
        for name in given_names(content)
    }
    return {name: sentence for name, sentence in found.items() if sentence}
