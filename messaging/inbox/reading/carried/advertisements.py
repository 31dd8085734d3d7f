"""The advertisement from which a person came (click to WhatsApp)."""

from collections.abc import Mapping
from typing import Any

from messaging.content import REFERRAL


def advertisement_of(content: Mapping[str, Any]) -> str:
    """What stood in it, from the content of the message; "" when from none."""
    referral = content.get(REFERRAL) or {}
    if not isinstance(referral, Mapping) or referral.get("sourcetype", "ad") != "ad":
        return ""
    return str(referral.get("headline") or referral.get("body") or referral.get("sourceurl") or "")
