"""The numbers and messaging services of the simulated account, and how its senders are.

Twilio's own: /v2/Channels/Senders, IncomingPhoneNumbers and /v1/Services, as far as they are read.
"""

import json
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from waproject.lab.twilio_simulator.account import (
    ACCOUNT_SID,
    API_VERSION,
    SERVICE_NUMBER,
)
from waproject.lab.twilio_simulator.serving.requests import authenticate

SENDER_SID, NUMBER_SID, SERVICE_SID = (f"{kind}{'0' * 31}1" for kind in ("XE", "PN", "MG"))
# `mms` is of the number for SMS.
_SETTABLE = {"status", "quality_rating", "messaging_limit", "callback_url", "mms"}


@dataclass
class WhatsAppSender:
    """How the one WhatsApp sender is; tests and demonstrations change it."""

    callback_url: str = ""
    status: str = "ONLINE"
    quality_rating: str = "HIGH"
    messaging_limit: str = "UNLIMITED"
    offline_reasons: list[dict[str, str]] = field(default_factory=list)

    def resource(self) -> dict[str, Any]:
        return {
            "sid": SENDER_SID,
            "status": self.status,
            "sender_id": f"whatsapp:{SERVICE_NUMBER}",
            "configuration": {"waba_id": "1" * 15},
            "profile": {"name": "Automotora de muestra"},
            "properties": {
                "quality_rating": self.quality_rating,
                "messaging_limit": self.messaging_limit,
            },
            "webhook": {
                "callback_url": self.callback_url,
                "callback_method": "POST",
                "status_callback_url": "",
                "status_callback_method": "POST",
            },
            "offline_reasons": self.offline_reasons,
            "url": f"https://messaging.twilio.com/v2/Channels/Senders/{SENDER_SID}",
        }


class SendersApi:
    """The lists of what can write, and the switch that changes how the sender is."""

    def __init__(self, base: str) -> None:
        self._inbound_url = f"{base}/twilio/inbound" if base else ""
        self.sender = WhatsAppSender(self._inbound_url)
        self.sends_mms = False

    def routes(self) -> list[web.RouteDef]:
        account = f"/{API_VERSION}/Accounts/{ACCOUNT_SID}"
        return [
            web.get("/v2/Channels/Senders", self.list_senders),
            web.get(f"{account}/IncomingPhoneNumbers.json", self.list_numbers),
            web.get("/v1/Services", self.list_services),
            web.post("/simulator/sender", self.change),
        ]

    async def list_senders(self, request: web.Request) -> web.Response:
        authenticate(request)
        return web.json_response(_page(request, "senders", [self.sender.resource()]))

    async def list_numbers(self, request: web.Request) -> web.Response:
        authenticate(request)
        number = {
            "sid": NUMBER_SID,
            "phone_number": SERVICE_NUMBER,
            "friendly_name": "Línea principal",
            "capabilities": {"sms": True, "mms": self.sends_mms, "voice": True},
            "sms_url": self._inbound_url,
            "status_callback": "",
            "status": "in-use",
        }
        return web.json_response(
            {
                "incoming_phone_numbers": [number],
                "page": 0,
                "page_size": 50,
                "start": 0,
                "end": 0,
                "first_page_uri": request.path,
                "previous_page_uri": None,
                "next_page_uri": None,
                "uri": request.path,
            }
        )

    async def list_services(self, request: web.Request) -> web.Response:
        authenticate(request)
        service = {
            "sid": SERVICE_SID,
            "account_sid": ACCOUNT_SID,
            "friendly_name": "Servicio de muestra",
            "inbound_request_url": self._inbound_url,
            "use_inbound_webhook_on_number": False,
        }
        return web.json_response(_page(request, "services", [service]))

    async def change(self, request: web.Request) -> web.Response:
        """Change how the sender is: `{"quality_rating": "LOW"}`; answers with it."""
        try:
            asked = {name: str(value) for name, value in json.loads(await request.text()).items()}
        except (ValueError, AttributeError):
            asked = {}
        if not asked or not asked.keys() <= _SETTABLE:
            sentence = f"Send JSON with some of: {', '.join(sorted(_SETTABLE))}."
            return web.json_response({"error": sentence}, status=400)
        if "mms" in asked:
            self.sends_mms = asked.pop("mms").lower() == "true"
        for name, value in asked.items():
            setattr(self.sender, name, value)
        return web.json_response(self.sender.resource())


def _page(request: web.Request, key: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """One page of the newer APIs, which say what comes next in `meta`."""
    meta = {
        "key": key,
        "page": 0,
        "page_size": 50,
        "first_page_url": str(request.url),
        "previous_page_url": None,
        "next_page_url": None,
        "url": str(request.url),
    }
    return {key: rows, "meta": meta}
