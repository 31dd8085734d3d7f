"""The simulator's own endpoints, for tests and demonstrations; Twilio has nothing like them."""

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from aiohttp import web

from waproject.lab.twilio_simulator.account import SERVICE_NUMBER
from waproject.lab.twilio_simulator.serving.media import SAMPLES, Attached
from waproject.lab.twilio_simulator.serving.validation import channel_of, is_address
from waproject.lab.twilio_simulator.webhooks.carried import Tap

if TYPE_CHECKING:
    from waproject.lab.twilio_simulator.serving.server import Simulator


class Control:
    """Make a person write, release callbacks, read what happened, ask whether all is done."""

    def __init__(self, simulator: "Simulator") -> None:
        self._simulator = simulator

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/simulator/inbound", self.inbound),
            web.post("/simulator/release", self.release),
            web.get("/simulator/faults", self.faults),
            web.get("/simulator/journal", self.journal),
            web.get("/simulator/quiet", self.quiet),
            web.get("/simulator/statuses", self.statuses),
        ]

    async def inbound(self, request: web.Request) -> web.Response:
        """A person writes `{"from": …, "to": …, "body": …}`; answers once the webhook has.

        Addresses are `whatsapp:+56…` or bare, which here means WhatsApp; `to` may be left out.
        With `"button": {"sid": …, "payload": …}` they tap a quick reply below that message, with
        `"media": "picture"` they send a file (the names are those of SAMPLES).
        """
        if not self._simulator.inbound.is_connected:
            return _problem("The simulator was started without a webhook base: nobody can write.")
        try:
            asked = json.loads(await request.text())
            from_, body = _whatsapp(asked["from"]), str(asked["body"])
            to = _whatsapp(asked.get("to") or SERVICE_NUMBER)
            more = _tap(asked.get("button"), body) or _attached(asked.get("media"))
        except (ValueError, KeyError, TypeError, AttributeError):
            return _problem('Send JSON such as {"from": "+56975400946", "body": "BAJA"}.')
        if not (is_address(from_) and is_address(to)):
            return _problem("An address is a phone such as +56975400946 or an id such as CL.1234.")
        exchange = await self._simulator.inbound.write(from_, to, body, more=more)
        return web.json_response(asdict(exchange))

    async def release(self, request: web.Request) -> web.Response:
        """Let the withheld callbacks come; answers with their number, before they have come."""
        return web.json_response(self._simulator.callbacks.release())

    async def faults(self, request: web.Request) -> web.Response:
        """How many requests have met each fault, by kind."""
        return web.json_response(self._simulator.chance.met)

    async def journal(self, request: web.Request) -> web.Response:
        """Every entry so far, oldest first."""
        return web.json_response(self._simulator.journal.entries)

    async def statuses(self, request: web.Request) -> web.Response:
        """The present status of every message sent through the API, by sid."""
        outbound = self._simulator.store.newest_first(
            None, lambda message: message.direction == "outbound-api"
        )
        return web.json_response({message.sid: message.status for message in outbound})

    async def quiet(self, request: web.Request) -> web.Response:
        """`true` when no callback and no reply is waiting or under way."""
        return web.json_response(self._simulator.scheduler.pending == 0)


def _problem(sentence: str) -> web.Response:
    return web.json_response({"error": sentence}, status=400)


def _tap(button: dict[str, str] | None, body: str) -> Tap | None:
    return Tap(button["sid"], body, button["payload"]) if button else None


def _attached(name: str | None) -> Attached | None:
    """The file of that name. Raises KeyError when there is none."""
    return Attached(name) if name and SAMPLES[name] else None


def _whatsapp(address: str) -> str:
    return address if channel_of(address) != "sms" else f"whatsapp:{address}"
