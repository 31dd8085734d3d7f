"""The files that people send: a few samples, made when they are first asked for."""

import io
import math
import wave
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING

from aiohttp import web
from fpdf import FPDF
from PIL import Image, ImageDraw

from waproject.lab.twilio_simulator.account import ACCOUNT_SID, API_VERSION
from waproject.lab.twilio_simulator.serving.requests import authenticate, not_found

if TYPE_CHECKING:
    from waproject.lab.twilio_simulator.serving.server import Simulator

# As Twilio writes it, whatever the simulator's own address is.
API = "https://api.twilio.com"


def _picture() -> bytes:
    """A car on a street."""
    picture = Image.new("RGB", (960, 640), "#bfd7ea")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 460, 960, 640), fill="#6b6f72")
    draw.polygon([(300, 300), (380, 200), (600, 200), (700, 300)], fill="#7a1f1f")
    draw.rounded_rectangle((160, 290, 820, 430), 40, fill="#a12b2b")
    for x in (280, 660):
        draw.ellipse((x, 370, x + 120, 490), fill="#222222", outline="#cccccc", width=14)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=85)
    return out.getvalue()


def _document() -> bytes:
    page = FPDF()
    page.add_page()
    page.set_font("helvetica", size=20)
    page.cell(text="Permiso de circulacion")
    return bytes(page.output())


def _recording() -> bytes:
    """Two seconds of a tone."""
    rate = 8_000
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(rate)
        sound.writeframes(
            bytes(int(128 + 60 * math.sin(2 * math.pi * 440 * n / rate)) for n in range(2 * rate))
        )
    return out.getvalue()


def _card() -> bytes:
    return (
        b"BEGIN:VCARD\r\nVERSION:3.0\r\nN:Soto;Ana;;;\r\nFN:Ana Soto\r\n"
        b"TEL;type=CELL;waid=56911112222:+56 9 1111 2222\r\nEND:VCARD\r\n"
    )


@dataclass(frozen=True, slots=True)
class Sample:
    """A kind of file: what WhatsApp calls its message, its Content-Type and its bytes."""

    message_type: str
    content_type: str
    make: Callable[[], bytes]


SAMPLES = {
    "picture": Sample("image", "image/jpeg", _picture),
    "document": Sample("document", "application/pdf", _document),
    "recording": Sample("audio", "audio/wav", _recording),
    "card": Sample("contacts", "text/vcard", _card),
}


@cache
def content_of(name: str) -> bytes:
    return SAMPLES[name].make()


@dataclass(frozen=True, slots=True)
class Attached:
    """A sample that a person sends with a message."""

    name: str

    def parameters(self, message_sid: str) -> dict[str, str]:
        """What a file adds to the form, as captured from WhatsApp traffic."""
        sample = SAMPLES[self.name]
        return {
            "MessageType": sample.message_type,
            "NumMedia": "1",
            "MediaUrl0": f"{API}{_path(message_sid, media_sid(message_sid, self.name))}",
            "MediaContentType0": sample.content_type,
        }


def media_sid(message_sid: str, name: str) -> str:
    return f"ME{sha256(f'{message_sid} {name}'.encode()).hexdigest()[:32]}"


def _path(message_sid: str, sid: str) -> str:
    return f"/{API_VERSION}/Accounts/{ACCOUNT_SID}/Messages/{message_sid}/Media/{sid}"


class MediaApi:
    """The Media resource over HTTP: list those of a message, fetch one."""

    def __init__(self, simulator: "Simulator") -> None:
        self._simulator = simulator

    def routes(self) -> list[web.RouteDef]:
        base = f"/{API_VERSION}/Accounts/{{account}}/Messages/{{message}}/Media"
        return [web.get(f"{base}.json", self.listed), web.get(f"{base}/{{sid}}", self.fetch)]

    async def listed(self, request: web.Request) -> web.Response:
        """The files of a message."""
        authenticate(request)
        message = request.match_info["message"]
        names = self._simulator.inbound.attached.get(message, ())
        found = [
            {
                "sid": media_sid(message, name),
                "account_sid": ACCOUNT_SID,
                "parent_sid": message,
                "content_type": SAMPLES[name].content_type,
                "date_created": None,
                "date_updated": None,
                "uri": f"{_path(message, media_sid(message, name))}.json",
            }
            for name in names
        ]
        return web.json_response({"media_list": found, "next_page_uri": None})

    async def fetch(self, request: web.Request) -> web.Response:
        """The bytes of one file."""
        authenticate(request)
        message, sid = request.match_info["message"], request.match_info["sid"]
        for name in self._simulator.inbound.attached.get(message, ()):
            if media_sid(message, name) == sid:
                kind = SAMPLES[name].content_type
                return web.Response(body=content_of(name), headers={"Content-Type": kind})
        raise not_found(request)
