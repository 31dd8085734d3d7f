"""Between a version of a template and the parts in which a provider keeps it."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from messaging.providers.templates import ButtonKind, ButtonSpec, ContentSpec, HeaderKind
from messaging.texts.content import Button, TemplateContent
from messaging.texts.header_files import address_of
from messaging.texts.numbering import numbers, with_numbers
from messaging.texts.rendering import PLACEHOLDER


def spec_of(content: TemplateContent, name: str) -> ContentSpec:
    """What a template says, as a provider takes it, with an example for each placeholder."""
    numbered, header = numbers(content), HeaderKind(content.header_type)
    has_text = header is HeaderKind.TEXT
    return ContentSpec(
        name=name,
        language=content.language,
        body=with_numbers(content.body, numbered),
        header=header,
        header_text=with_numbers(content.header_text, numbered) if has_text else "",
        header_media=address_of(content.header_media) if header.is_media else "",
        footer=content.footer,
        buttons=tuple(_button_spec(button, numbered) for button in content.buttons),
        examples={
            number: _example(placeholder, content.variables.get(placeholder, {}))
            for placeholder, number in numbered.items()
        },
    )


def content_of(spec: ContentSpec, category: str) -> TemplateContent:
    """What the provider has, as a template; its placeholders keep the names that they have there.

    What they show, staff have to say.
    """
    content = TemplateContent(
        body=spec.body,
        language=spec.language,
        category=category,
        header_type=spec.header.value,
        header_text=spec.header_text,
        header_media=spec.header_media,
        footer=spec.footer,
        buttons=tuple(map(_button, spec.buttons)),
    )
    variables = {
        name: {"source": "", "fallback": "", "example": spec.examples.get(name, "")}
        for name in content.placeholders
    }
    return replace(content, variables=variables)


def same_there(one: TemplateContent, other: TemplateContent) -> bool:
    """Whether the provider would see no difference between two texts.

    What a placeholder shows, and what a quick reply does here, only we know.
    """
    return (
        one.language == other.language
        and one.category == other.category
        and _without_examples(one) == _without_examples(other)
    )


def _without_examples(content: TemplateContent) -> ContentSpec:
    return replace(spec_of(content, ""), examples={})


def _example(placeholder: str, variable: Mapping[str, Any]) -> str:
    shown = variable.get("example") or variable.get("fallback") or placeholder
    return " ".join(str(shown).split())


def _button_spec(button: Button, numbered: Mapping[str, str]) -> ButtonSpec:
    kind, value = ButtonKind(button.type), button.value.strip()
    if kind is ButtonKind.PHONE:
        value = f"+{re.sub(r'[^0-9]', '', value)}"
    elif kind is ButtonKind.URL and button.suffix:
        value += f"{{{{{numbered[button.suffix]}}}}}"
    is_reply = kind is ButtonKind.QUICK_REPLY
    return ButtonSpec(
        kind, button.text, id=button.id if is_reply else "", value="" if is_reply else value
    )


def _button(spec: ButtonSpec) -> Button:
    value, suffix = spec.value, ""
    if spec.kind is ButtonKind.URL and (found := PLACEHOLDER.search(value)):
        value, suffix = value[: found.start()], found[1]
    button = Button(type=spec.kind.value, text=spec.text, value=value, suffix=suffix)
    return replace(button, id=spec.id) if spec.id else button
