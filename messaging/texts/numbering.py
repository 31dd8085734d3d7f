"""The numbers by which a provider knows a template's placeholders, which are named for people.

A name's number is its place in the order of first appearance, over header, body and buttons.
"""

from collections.abc import Mapping

from messaging.models import TemplateVersion
from messaging.texts.content import TemplateContent
from messaging.texts.rendering import PLACEHOLDER

# In TemplateVersion.provider_data: the provider's name of each placeholder.
NAMES = "names"


def numbers(content: TemplateContent) -> dict[str, str]:
    """The number of each placeholder, as the provider writes it: {"nombre": "1", "auto": "2"}."""
    return {name: str(place) for place, name in enumerate(content.placeholders, start=1)}


def with_numbers(text: str, numbered: Mapping[str, str]) -> str:
    """A text as the provider keeps it: `Hola {{1}}` for `Hola {{nombre}}`."""
    return PLACEHOLDER.sub(lambda found: f"{{{{{numbered[found[1]]}}}}}", text)


def provider_names(version: TemplateVersion) -> Mapping[str, str]:
    """The provider's name of each placeholder of a version.

    Of a version that was not submitted from here, placeholders of digits are the provider's own.
    """
    known: Mapping[str, str] | None = version.provider_data.get(NAMES)
    if known is not None:
        return known
    content = TemplateContent.of(version)
    if all(name.isdecimal() for name in content.placeholders):
        return {name: name for name in content.placeholders}
    return numbers(content)
