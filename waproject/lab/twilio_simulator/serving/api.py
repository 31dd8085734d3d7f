"""The Messages resource over HTTP: create, fetch, list."""

import asyncio
import json
import math
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

from aiohttp import web

from waproject.lab.twilio_simulator.account import ACCOUNT_SID, API_VERSION
from waproject.lab.twilio_simulator.contents.sending import content_to_send
from waproject.lab.twilio_simulator.faults import Fault, http_status
from waproject.lab.twilio_simulator.serving.requests import authenticate, not_found, whole
from waproject.lab.twilio_simulator.serving.validation import TwilioError, channel_of, check
from waproject.lab.twilio_simulator.store import SimulatedMessage

if TYPE_CHECKING:
    from waproject.lab.twilio_simulator.serving.server import Simulator

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

PAGE_SIZE, MAX_PAGE_SIZE = 50, 1000
# How long a request that gets no answer is held, at most.
SILENCE_SECONDS = 120


def error_answer(error: TwilioError) -> web.Response:
    """An error in Twilio's shape."""
    return web.json_response(error.answer(), status=error.status)


@web.middleware
async def answer_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Give every refusal Twilio's shape, those of unknown paths and methods too."""
    try:
        return await handler(request)
    except TwilioError as error:
        return error_answer(error)
    except web.HTTPNotFound:
        return error_answer(not_found(request))
    except web.HTTPMethodNotAllowed:
        return error_answer(TwilioError(20004, "Method not allowed", 405))


class MessagesApi:
    """The handlers, over one simulator."""

    def __init__(self, simulator: "Simulator") -> None:
        self._simulator = simulator

    def routes(self) -> list[web.RouteDef]:
        base = f"/{API_VERSION}/Accounts/{{account}}/Messages"
        return [
            web.post(f"{base}.json", self.create_message),
            web.get(f"{base}.json", self.list_messages),
            web.get(f"{base}/{{sid}}.json", self.fetch_message),
            web.get(f"/{API_VERSION}/Accounts/{{account}}.json", self.fetch_account),
        ]

    async def create_message(self, request: web.Request) -> web.StreamResponse:
        """Accept one message, unless a parameter or this request's fault says otherwise."""
        asked_at = time.time()
        authenticate(request)
        fields = parse_qsl(await request.text(), keep_blank_values=True)
        parameters = dict(fields)
        media = [value for name, value in fields if name == "MediaUrl"]
        check(parameters, media)
        content = content_to_send(parameters, self._simulator.contents)
        fault = self._simulator.chance.next(parameters["To"])
        latency = self._simulator.options.latency
        await asyncio.sleep(latency / 2)
        if fault and not fault.accepts:
            return await self._refuse(request, fault)
        wrong = await self._simulator.media.objection_to(media, channel_of(parameters["To"]))
        if content is not None:
            wrong = await self._simulator.media.objection(content)
        message = self._simulator.accept(
            parameters, fault, asked_at, content, media=media, has_media=not wrong
        )
        await asyncio.sleep(latency / 2)
        return await self._confirm(request, message, fault)

    async def fetch_account(self, request: web.Request) -> web.Response:
        """The account itself."""
        authenticate(request)
        status = self._simulator.options.account_status
        return web.json_response({"sid": ACCOUNT_SID, "status": status, "type": "Full"})

    async def fetch_message(self, request: web.Request) -> web.Response:
        """One message by its sid."""
        authenticate(request)
        message = self._simulator.store.get(request.match_info["sid"])
        if message is None:
            raise not_found(request)
        return web.json_response(message.resource())

    async def list_messages(self, request: web.Request) -> web.Response:
        """A page of messages, newest first, by To, From and DateSent."""
        authenticate(request)
        query = request.query
        size = whole(query.get("PageSize"), PAGE_SIZE, low=1, high=MAX_PAGE_SIZE)
        page = whole(query.get("Page"), 0, low=0, high=10_000_000)
        wanted = _Filter(query.get("From"), _sent_between(dict(query)))
        found = self._simulator.store.newest_first(query.get("To"), wanted)
        messages = [*islice(found, page * size, page * size + size + 1)]
        return web.json_response(_page(request, messages, page, size))

    async def _refuse(self, request: web.Request, fault: Fault) -> web.StreamResponse:
        """Do not take the message, in the fault's own way."""
        if fault.code is not None:
            raise TwilioError(fault.code, "Simulated error", http_status(fault.code))
        if fault.kind == "429":
            error = error_answer(TwilioError(20429, "Too Many Requests", 429))
            # Twilio does not always say when to come back.
            if self._simulator.chance.coin():
                error.headers["Retry-After"] = "1"
            return error
        if fault.kind == "500":
            raise TwilioError(20500, "An internal server error has occurred", 500)
        return await self._fall_silent(request, fault)

    async def _confirm(
        self, request: web.Request, message: SimulatedMessage, fault: Fault | None
    ) -> web.StreamResponse:
        """Tell the client that the message was taken, or fail to."""
        kind = fault.kind if fault else ""
        if kind == "500-accepted":
            raise TwilioError(20500, "An internal server error has occurred", 500)
        if kind in {"drop-accepted", "timeout-accepted"}:
            return await self._fall_silent(request, fault)
        text, content_type = json.dumps(message.resource()), "application/json"
        if kind == "malformed":
            text = text[: len(text) // 2]
        if kind == "wrong-type":
            text, content_type = "<html><body>OK</body></html>", "text/html"
        if kind == "early-callback":
            await self._simulator.callbacks.hurry(message)
        if kind == "slow":
            await asyncio.sleep(self._simulator.options.slow_by)
        return web.Response(text=text, status=201, content_type=content_type)

    async def _fall_silent(self, request: web.Request, fault: Fault | None) -> web.Response:
        """Break the connection now, or hold it without an answer until the client gives up."""
        transport = request.transport
        if fault and fault.kind.startswith("timeout"):
            for _tick in range(SILENCE_SECONDS * 10):
                if transport is None or transport.is_closing():
                    break
                await asyncio.sleep(0.1)
        if isinstance(transport, asyncio.Transport):
            transport.abort()
        return web.Response()


class _Filter:
    """Whether a message is one that a list asks for."""

    def __init__(self, from_: str | None, sent_between: tuple[float, float] | None) -> None:
        self._from = from_
        self._between = sent_between

    def __call__(self, message: SimulatedMessage) -> bool:
        if self._from is not None and message.from_ != self._from:
            return False
        if self._between is None:
            return True
        # A message that is still queued has no DateSent, and no filter on it finds it.
        return (
            message.sent_at is not None and self._between[0] <= message.sent_at < self._between[1]
        )


def _sent_between(query: dict[str, str]) -> tuple[float, float] | None:
    """The seconds that `DateSent`, `DateSent>` and `DateSent<` span; each is a day or a moment."""
    low, high = -math.inf, math.inf
    if "DateSent" in query:
        low, high = _span(query["DateSent"])
    if "DateSent>" in query:
        low = max(low, _span(query["DateSent>"])[0])
    if "DateSent<" in query:
        high = min(high, _span(query["DateSent<"])[1])
    return None if (low, high) == (-math.inf, math.inf) else (low, high)


def _span(text: str) -> tuple[float, float]:
    try:
        if len(text) == 10:
            start = datetime.combine(date.fromisoformat(text), clock_time(), UTC)
            return start.timestamp(), (start + timedelta(days=1)).timestamp()
        moment = datetime.fromisoformat(text).timestamp()
    except ValueError:
        raise TwilioError(20001, f"The DateSent {text} is not a date.") from None
    return moment, moment + 1


def _page(
    request: web.Request, messages: list[SimulatedMessage], page: int, size: int
) -> dict[str, object]:
    """One page; `messages` holds one more than the page when another follows."""

    def uri(number: int) -> str:
        return f"{request.path}?{urlencode({**request.query, 'PageSize': size, 'Page': number})}"

    shown = messages[:size]
    return {
        "end": page * size + max(len(shown) - 1, 0),
        "first_page_uri": uri(0),
        "messages": [message.resource() for message in shown],
        "next_page_uri": uri(page + 1) if len(messages) > size else None,
        "page": page,
        "page_size": size,
        "previous_page_uri": uri(page - 1) if page else None,
        "start": page * size,
        "uri": uri(page),
    }
