"""The addresses of ours to which a provider reports the statuses of messages."""

from functools import lru_cache
from urllib.parse import quote

from django.conf import settings
from django.urls import reverse

# The webhooks stand at the root of the site. They are asked for by themselves: a process that sends
# needs no other page, and all of them together take 9 MB of its memory.
_URLS = "messaging.webhooks.urls"


def callback_url(provider: str, account_id: int, token: str) -> str:
    """The public address to which the statuses of one message are reported.

    It names the account, since the reports of some channels do not.
    """
    base = _callback_base(settings.PUBLIC_BASE_URL, provider, account_id)
    return f"{base}?token={quote(token, safe='')}"


@lru_cache(maxsize=256)
def _callback_base(public_base_url: str, provider: str, account_id: int) -> str:
    """Worked out once: finding the path takes as long as a third of a request to the provider."""
    path = reverse("status", urlconf=_URLS, args=[provider, account_id])
    return f"{public_base_url.rstrip('/')}{path}"
