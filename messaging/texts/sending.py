"""A version of a template as it goes out: the provider's values, and what the log keeps of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from messaging.content import BUTTONS, FOOTER, HEADER
from messaging.models import HeaderType, TemplateVersion
from messaging.texts.content import QUICK_REPLY, TemplateContent
from messaging.texts.numbering import provider_names
from messaging.texts.rendering import PLACEHOLDER, Car, Person, Rendered, Renderer, clean

# What may stand in the rest of an address as it is.
_IN_ADDRESS = "/?&=%#:;,.+-_~@!$'()*"


@dataclass(frozen=True)
class SentVersion:
    """What of a version is needed for each of its messages, taken apart once."""

    content_sid: str
    content: TemplateContent
    names: Mapping[str, str]
    # Placeholders that stand at the end of an address and nowhere else.
    suffixes: frozenset[str]

    def provider_values(self, variables: Mapping[str, str]) -> dict[str, str]:
        """A person's values as the provider takes them, by its names; none that is empty.

        On one line and without runs of spaces (error 21656); the end of an address as it stands in
        one.
        """
        values = {}
        for name, key in self.names.items():
            value = clean(variables.get(name))
            if value:
                values[key] = quote(value, safe=_IN_ADDRESS) if name in self.suffixes else value
        return values

    def parts(self, variables: Mapping[str, str]) -> dict[str, Any]:
        """What a person saw beside the text, for the log; empty where there was only text."""
        content = self.content
        found: dict[str, Any] = {}
        if content.header_type == HeaderType.TEXT:
            found[HEADER] = {"type": "text", "text": filled(content.header_text, variables)}
        elif content.header_type != HeaderType.NONE:
            found[HEADER] = {"type": str(content.header_type), "url": content.header_media}
        if content.footer:
            found[FOOTER] = content.footer
        if content.buttons:
            found[BUTTONS] = [self._button(button, variables) for button in content.buttons]
        return found

    def _button(self, button: Any, variables: Mapping[str, str]) -> dict[str, str]:
        shown = {"type": button.type, "text": button.text}
        if button.type == QUICK_REPLY:
            return {**shown, "id": button.id}
        suffix = quote(clean(variables.get(button.suffix)), safe=_IN_ADDRESS)
        return {**shown, "value": button.value + (suffix if button.suffix else "")}


def filled(text: str, variables: Mapping[str, str]) -> str:
    """A text with these values in place; one that is missing leaves nothing."""
    return PLACEHOLDER.sub(lambda found: variables.get(found[1], ""), text)


def render_version(version: TemplateVersion, contact: Person, vehicle: Car | None) -> Rendered:
    """The text of a version for one person, with the values of its header and buttons as well."""
    also = TemplateContent.of(version).placeholders
    return Renderer(version.body, version.variables, also).render(contact, vehicle)


def sent_version(version_id: int, content_sid: str = "") -> SentVersion:
    """The version with this id, read once: it is never changed but in its content sid.

    That is what the caller knows of it: one that was submitted meanwhile is read anew.
    """
    return _sent_version(version_id, content_sid)


def forget_versions() -> None:
    """Read each version anew."""
    _sent_version.cache_clear()


@lru_cache(maxsize=256)
def _sent_version(version_id: int, _content_sid: str) -> SentVersion:
    version = TemplateVersion.objects.get(pk=version_id)
    content = TemplateContent.of(version)
    above = set(PLACEHOLDER.findall(f"{content.header_text} {content.body}"))
    suffixes = {button.suffix for button in content.buttons if button.suffix}
    return SentVersion(
        version.content_sid, content, provider_names(version), frozenset(suffixes - above)
    )
