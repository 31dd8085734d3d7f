"""Whether the provider posts what people write to us: its setting against our own address."""

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse

from messaging.models import Sender
from messaging.standing.models import Standing


@dataclass(frozen=True)
class WebhookCheck:
    """What is set at the provider, and what should be."""

    found: str
    wanted: str
    is_right: bool


def check_webhook(sender: Sender, standing: Standing) -> WebhookCheck:
    """Compare the address that the provider posts to with ours.

    Both our forms are right: that of the provider, and that which names the account.
    """
    provider = sender.account.provider
    wanted = _public(reverse("messaging:inbound", args=[provider]))
    named = _public(reverse("messaging:inbound", args=[provider, sender.account_id]))
    found = standing.inbound_url
    return WebhookCheck(found, wanted, found.rstrip("/") in (wanted, named))


def _public(path: str) -> str:
    return f"{settings.PUBLIC_BASE_URL.rstrip('/')}{path}"
