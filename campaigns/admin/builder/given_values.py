"""The values that a template asks of its campaign: a row for each in the step “What”."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from messaging.models import Template
from messaging.texts.content import TemplateContent
from messaging.texts.given import given_names, problem
from messaging.texts.rendering import clean
from messaging.texts.rules.values import EXAMPLE_MOST, TYPES

PREFIX = "value-"


@dataclass(frozen=True)
class GivenValue:
    """One value as the step shows it. `problem` is what was wrong when it was sent."""

    name: str
    type: str | Promise
    example: str
    fallback: str
    value: str
    problem: str = ""
    most: int = EXAMPLE_MOST

    @property
    def field(self) -> str:
        return f"{PREFIX}{self.name}"


def given_values(
    template: Template | None, channel: str, values: Mapping[str, str], *, checked: bool = False
) -> list[GivenValue]:
    """What the template asks for on this channel, with the values so far."""
    version = template.version_for(channel) if template else None
    return list(_rows(TemplateContent.of(version), values, checked)) if version else []


def _rows(
    content: TemplateContent, values: Mapping[str, str], checked: bool
) -> Iterator[GivenValue]:
    for name in given_names(content):
        variable: Mapping[str, Any] = content.variables.get(name, {})
        value = clean(values.get(name, ""))
        yield GivenValue(
            name,
            TYPES.get(variable.get("type", "text"), TYPES["text"]),
            clean(variable.get("example", "")),
            clean(variable.get("fallback", "")),
            value,
            problem(variable, value) if checked else "",
        )


def posted_values(data: Mapping[str, Any]) -> dict[str, str]:
    """The values that a form sent, by the names of their placeholders."""
    return {
        key.removeprefix(PREFIX): str(data[key])[: 2 * EXAMPLE_MOST]
        for key in data
        if key.startswith(PREFIX)
    }
