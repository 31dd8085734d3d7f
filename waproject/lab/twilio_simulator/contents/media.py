"""The files that contents name, fetched as Twilio fetches them: at the review, and for each send.

Only from this machine and the project's own host; what lies elsewhere in the web counts as good.
Source: https://www.twilio.com/docs/whatsapp/guidance-whatsapp-media-messages.
"""

import time
from urllib.parse import urlsplit

import aiohttp

from waproject.lab.twilio_simulator.contents.store import SimulatedContent
from waproject.lab.twilio_simulator.webhooks.webhook_client import LOOPBACK

_MEGABYTE = 1024 * 1024
# What WhatsApp takes, how such a file begins, and its most bytes.
_TAKEN = {
    "image/jpeg": (b"\xff\xd8\xff", 5 * _MEGABYTE),
    "image/png": (b"\x89PNG", 5 * _MEGABYTE),
    "video/mp4": (b"", 16 * _MEGABYTE),
    "application/pdf": (b"%PDF-", 16 * _MEGABYTE),
}
_TIMEOUT = aiohttp.ClientTimeout(total=15)
# A file that was fetched is good for so many seconds.
_REMEMBERED = 30.0


class MediaClient:
    """Fetches files, and says what is wrong with them."""

    def __init__(self, webhook_base: str) -> None:
        self._allowed = LOOPBACK | {urlsplit(webhook_base).hostname or "localhost"}
        self._good: dict[str, float] = {}

    async def objection(self, content: SimulatedContent) -> str:
        """Why a file of the content cannot be sent; "" when all can, or when it has none."""
        for url in content.parts.get("media") or ():
            if wrong := await self._wrong(str(url)):
                return wrong
        return ""

    async def _wrong(self, url: str) -> str:
        if urlsplit(url).hostname not in self._allowed:
            return ""
        if self._good.get(url, 0.0) > time.monotonic():
            return ""
        try:
            wrong = await _fetched(url)
        except (TimeoutError, aiohttp.ClientError, OSError):
            wrong = "The media could not be downloaded: nobody answers."
        if not wrong:
            self._good[url] = time.monotonic() + _REMEMBERED
        return wrong


async def _fetched(url: str) -> str:
    """What is wrong with the file at an address; "" when nothing is."""
    async with (
        aiohttp.ClientSession(timeout=_TIMEOUT) as session,
        session.get(url, allow_redirects=False) as answer,
    ):
        if answer.status != 200:
            return f"The media could not be downloaded: HTTP {answer.status}."
        start, most = _TAKEN.get(answer.content_type, (b"", -1))
        content = await answer.content.read(max(most, 0) + 1)
        if most < 0:
            return f"The media type {answer.content_type} is not supported."
        while len(content) <= most and (more := await answer.content.read(1 << 16)):
            content += more
        if len(content) > most:
            return "The media is too large."
        return "" if content.startswith(start) else "The media is not of its Content-Type."
