"""What a campaign sends: a template's text or its own, and what of that a launch freezes.

A template may be edited while campaigns that use it send: that makes a new version of it. A launch
keeps the version that it found, and everything after it reads that one. A campaign's own text
cannot be edited once it is launched.
"""

from typing import Any

from campaigns.models import Campaign
from messaging.models import Channel, TemplateVersion
from messaging.rendering import VariableMapping

# Twilio: a template's text with its variables on WhatsApp (63021), any other text (21617).
TEMPLATE_MOST = 1_024
TEXT_MOST = 1_600

# Fields of a campaign that has not been launched, or is a draft again.
UNFROZEN: dict[str, Any] = {"template_version": None}


def frozen(campaign: Campaign) -> dict[str, Any]:
    """The fields with which a launch freezes the campaign's message as it is now."""
    return {"template_version": campaign.template.current if campaign.template else None}


def version_of(campaign: Campaign) -> TemplateVersion | None:
    """The version of its template that the campaign sends; None with a free text.

    That of its launch; of a campaign not yet launched, the current one.
    """
    version: TemplateVersion | None = (
        campaign.template_version or frozen(campaign)["template_version"]
    )
    return version


def text_and_mapping(campaign: Campaign) -> tuple[str, VariableMapping]:
    """The text that the campaign sends, with its placeholders, and where their values come from."""
    version = version_of(campaign)
    return (version.body, version.variables) if version else (campaign.message_template, {})


def longest_text(campaign: Campaign) -> int:
    """How many characters of text the provider takes."""
    by_template = campaign.template and campaign.sender.channel == Channel.WHATSAPP
    return TEMPLATE_MOST if by_template else TEXT_MOST
