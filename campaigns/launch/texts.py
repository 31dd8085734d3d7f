"""What a campaign sends: a template's text or its own, and what of that a launch freezes.

A template may be edited while campaigns that use it send. So a launch copies the text, the mapping
of its placeholders and the content sid, and everything after it reads the copy.
"""

from typing import Any

from campaigns.models import Campaign
from messaging.models import Channel

# Twilio: a template's text with its variables on WhatsApp (63021), any other text (21617).
TEMPLATE_MOST = 1_024
TEXT_MOST = 1_600

# Fields of a campaign that has not been launched, or is a draft again.
UNFROZEN: dict[str, Any] = {"frozen_text": "", "frozen_mapping": {}, "frozen_content_sid": ""}


def frozen(campaign: Campaign) -> dict[str, Any]:
    """The fields with which a launch freezes the campaign's message as it is now."""
    template = campaign.template
    return {
        "frozen_text": template.body if template else campaign.message_template,
        "frozen_mapping": template.variables if template else {},
        "frozen_content_sid": template.content_sid if template else "",
    }


def text_and_mapping(campaign: Campaign) -> tuple[str, dict[str, Any]]:
    """The campaign's text with its placeholders, and where their values come from.

    As frozen at its launch; of a campaign not yet launched, as it is now.
    """
    if campaign.frozen_text:
        return campaign.frozen_text, campaign.frozen_mapping
    now = frozen(campaign)
    return now["frozen_text"], now["frozen_mapping"]


def longest_text(campaign: Campaign) -> int:
    """How many characters of text the provider takes."""
    by_template = campaign.template and campaign.sender.channel == Channel.WHATSAPP
    return TEMPLATE_MOST if by_template else TEXT_MOST
