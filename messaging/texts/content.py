"""What a template says, part by part, as a plain value: it can be typed, checked and compared."""

import secrets
import string
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from messaging.models import Category, HeaderType, TemplateVersion
from messaging.texts.rendering import VariableMapping, placeholders

QUICK_REPLY, URL, PHONE, COPY_CODE = "quick_reply", "url", "phone", "copy_code"
BUTTON_TYPES = (QUICK_REPLY, URL, PHONE, COPY_CODE)

# What a version has beside its number and its author, under the same names as TemplateContent.
_PARTS = (
    *("language", "category", "header_type", "header_text", "header_media"),
    *("body", "footer", "variables"),
)


@dataclass(frozen=True)
class Button:
    """A button below a message.

    `id` stays the same when the text changes: a tapped button is known by it. `value` is the
    address, the phone or the code; `suffix` names the placeholder at the end of an address.
    `effect` is what a tapped quick reply does: `{"tag": id}`, `{"answer": text}` or
    `{"opt_out": true}`.
    """

    type: str
    text: str
    value: str = ""
    suffix: str = ""
    effect: Mapping[str, Any] | None = None
    id: str = field(default_factory=lambda: new_button_id())

    def to_json(self) -> dict[str, Any]:
        return {one.name: getattr(self, one.name) for one in fields(self)}

    @classmethod
    def of_json(cls, stored: Mapping[str, Any]) -> "Button":
        """The button that `to_json` wrote."""
        return cls(**{one.name: stored[one.name] for one in fields(cls) if one.name in stored})


@dataclass(frozen=True)
class TemplateContent:
    """All that one version of a template says, and in which language and category."""

    body: str
    variables: VariableMapping = field(default_factory=dict)
    language: str = "es"
    category: str = Category.MARKETING
    header_type: str = HeaderType.NONE
    header_text: str = ""
    header_media: str = ""
    footer: str = ""
    buttons: tuple[Button, ...] = ()

    @classmethod
    def of(cls, version: TemplateVersion) -> "TemplateContent":
        parts = {name: getattr(version, name) for name in _PARTS}
        return cls(**parts, buttons=tuple(map(Button.of_json, version.buttons)))

    def columns(self) -> dict[str, Any]:
        """The columns of TemplateVersion that hold this."""
        parts = {name: getattr(self, name) for name in _PARTS}
        return {**parts, "buttons": [button.to_json() for button in self.buttons]}

    @property
    def texts(self) -> Iterator[str]:
        """The texts that may hold placeholders, from top to bottom."""
        if self.header_type == HeaderType.TEXT:
            yield self.header_text
        yield self.body
        yield from (f"{{{{{button.suffix}}}}}" for button in self.buttons if button.suffix)

    @property
    def placeholders(self) -> list[str]:
        """Their names, each once, in order of appearance over header, body and buttons."""
        return list(dict.fromkeys(name for text in self.texts for name in placeholders(text)))


def new_button_id() -> str:
    """Eight letters that no other button of a template has."""
    return "".join(secrets.choice(string.ascii_lowercase) for _position in range(8))
