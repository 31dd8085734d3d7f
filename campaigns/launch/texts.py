"""What a campaign sends: a template's text or its own, and what of that a launch freezes.

A template may be edited while campaigns that use it send: that makes a new version of it, which
WhatsApp takes once it is approved. A launch keeps the version that it found in use, and every later
step reads that version. A campaign's own text cannot be edited once it is launched.
"""

from collections.abc import Callable
from typing import Any

from campaigns.models import Campaign
from messaging.models import Channel, HeaderType, TemplateVersion
from messaging.texts.content import TemplateContent
from messaging.texts.given import problems
from messaging.texts.rendering import Rendered, Renderer, VariableMapping, placeholders
from messaging.texts.sending import filled

# Twilio: a template's text with its variables on WhatsApp (63021), the text of its header too, and
# any other text (21617).
TEMPLATE_MOST = 1_024
HEADER_MOST = 60
TEXT_MOST = 1_600

# Fields of a campaign that has not been launched, or is a draft again.
UNFROZEN: dict[str, Any] = {"template_version": None}


def frozen(campaign: Campaign) -> dict[str, Any]:
    """The fields with which a launch freezes the campaign's message as it is now."""
    template, channel = campaign.template, campaign.sender.channel
    return {"template_version": template.version_for(channel) if template else None}


def version_of(campaign: Campaign) -> TemplateVersion | None:
    """The version of its template that the campaign sends; None with a free text.

    That of its launch; of a campaign not yet launched, the one that its sender may send now.
    """
    version: TemplateVersion | None = (
        campaign.template_version or frozen(campaign)["template_version"]
    )
    return version


def text_and_mapping(campaign: Campaign) -> tuple[str, VariableMapping]:
    """The text that the campaign sends, with its placeholders, and where their values come from."""
    version = version_of(campaign)
    return (version.body, version.variables) if version else (campaign.message_template, {})


def renderer(campaign: Campaign) -> Renderer:
    """What makes the message of each person; by WhatsApp with the values of header and buttons."""
    version = version_of(campaign)
    also: list[str] = []
    if version and campaign.sender.channel == Channel.WHATSAPP:
        also = TemplateContent.of(version).placeholders
    return Renderer(*text_and_mapping(campaign), also, campaign.template_values)


def value_problems(campaign: Campaign) -> dict[str, str]:
    """What is wrong with the values that the campaign gives to its template, by placeholder."""
    version = version_of(campaign)
    return problems(TemplateContent.of(version), campaign.template_values) if version else {}


def longest_text(campaign: Campaign) -> int:
    """How many characters of text the provider takes."""
    by_template = campaign.template and campaign.sender.channel == Channel.WHATSAPP
    return TEMPLATE_MOST if by_template else TEXT_MOST


def is_too_long(campaign: Campaign) -> Callable[[Rendered], bool]:
    """What tells of a person's message whether the provider takes so much."""
    longest, header = longest_text(campaign), _header(campaign)
    if not header:
        return lambda rendered: len(rendered.text) > longest
    return lambda rendered: (
        len(rendered.text) > longest or len(filled(header, rendered.variables)) > HEADER_MOST
    )


def _header(campaign: Campaign) -> str:
    """The text of the header that WhatsApp shows, where values stand in it; else ""."""
    version = version_of(campaign)
    if version is None or campaign.sender.channel != Channel.WHATSAPP:
        return ""
    is_text = version.header_type == HeaderType.TEXT
    return version.header_text if is_text and placeholders(version.header_text) else ""
