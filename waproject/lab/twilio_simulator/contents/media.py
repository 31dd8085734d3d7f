"""The files that contents and messages name, fetched as Twilio does: at the review, and at a send.

Only from this machine and the project's own host; what lies elsewhere in the web counts as good.
Sources: https://www.twilio.com/docs/whatsapp/guidance-whatsapp-media-messages and
https://www.twilio.com/docs/messaging/guides/accepted-mime-types.
"""

import time
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

import aiohttp

from waproject.lab.twilio_simulator.contents.store import SimulatedContent
from waproject.lab.twilio_simulator.webhooks.webhook_client import LOOPBACK

_MEGABYTE = 1024 * 1024
_Taken = Mapping[str, tuple[bytes, int]]
# What WhatsApp takes in a template, how such a file begins, and its most bytes.
_TAKEN: _Taken = {
    "image/jpeg": (b"\xff\xd8\xff", 5 * _MEGABYTE),
    "image/png": (b"\x89PNG", 5 * _MEGABYTE),
    "video/mp4": (b"", 16 * _MEGABYTE),
    "application/pdf": (b"%PDF-", 16 * _MEGABYTE),
}
_OFFICE = "application/vnd.openxmlformats-officedocument"
_SOUNDS = ("audio/ogg", "audio/mpeg", "audio/mp4", "audio/aac", "audio/amr")
# What it takes beside them in a message; and what an MMS takes.
_BY_WHATSAPP: _Taken = {
    **_TAKEN,
    "image/webp": (b"RIFF", 5 * _MEGABYTE),
    **dict.fromkeys(
        (
            *(*_SOUNDS, "video/3gpp", "application/msword", "application/vnd.ms-excel"),
            *(f"{_OFFICE}.wordprocessingml.document", f"{_OFFICE}.spreadsheetml.sheet"),
        ),
        (b"", 16 * _MEGABYTE),
    ),
}
_MMS = 5 * _MEGABYTE
_BY_MMS: _Taken = {
    "image/jpeg": (b"\xff\xd8\xff", _MMS),
    "image/png": (b"\x89PNG", _MMS),
    "image/gif": (b"GIF8", _MMS),
    "application/pdf": (b"%PDF-", _MMS),
    **dict.fromkeys((*_SOUNDS, "video/mp4", "video/3gpp"), (b"", _MMS)),
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

    async def objection_to(self, urls: Sequence[str], channel: str) -> str:
        """Why the files of a message cannot go by a channel; "" when all can, or without any."""
        is_whatsapp, size = channel == "whatsapp", 0
        for url in urls:
            if urlsplit(url).hostname not in self._allowed:
                continue
            wrong, length = await _looked_at(url, _BY_WHATSAPP if is_whatsapp else _BY_MMS)
            if wrong:
                return wrong
            size += length
        return "The media are too large together." if not is_whatsapp and size > _MMS else ""

    async def _wrong(self, url: str) -> str:
        if urlsplit(url).hostname not in self._allowed:
            return ""
        if self._good.get(url, 0.0) > time.monotonic():
            return ""
        wrong, _length = await _looked_at(url, _TAKEN)
        if not wrong:
            self._good[url] = time.monotonic() + _REMEMBERED
        return wrong


async def _looked_at(url: str, taken: _Taken) -> tuple[str, int]:
    """What is wrong with the file at an address, "" when nothing is; and how long it is."""
    try:
        return await _fetched(url, taken)
    except (TimeoutError, aiohttp.ClientError, OSError):
        return "The media could not be downloaded: nobody answers.", 0


async def _fetched(url: str, taken: _Taken) -> tuple[str, int]:
    async with (
        aiohttp.ClientSession(timeout=_TIMEOUT) as session,
        session.get(url, allow_redirects=False) as answer,
    ):
        if answer.status != 200:
            return f"The media could not be downloaded: HTTP {answer.status}.", 0
        start, most = taken.get(answer.content_type, (b"", -1))
        content = await answer.content.read(max(most, 0) + 1)
        if most < 0:
            return f"The media type {answer.content_type} is not supported.", 0
        while len(content) <= most and (more := await answer.content.read(1 << 16)):
            content += more
        if len(content) > most:
            return "The media is too large.", 0
        wrong = "" if content.startswith(start) else "The media is not of its Content-Type."
        return wrong, len(content)
