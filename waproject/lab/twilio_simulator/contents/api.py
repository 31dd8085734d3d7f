"""The Content API over HTTP: contents, their approvals, and lists of both.

Source: https://www.twilio.com/docs/content/content-api-resources.
"""

import json
import re
import time
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from aiohttp import web

from waproject.lab.twilio_simulator.contents.review import objection
from waproject.lab.twilio_simulator.contents.store import (
    APPROVED,
    PENDING,
    RECEIVED,
    REJECTED,
    UNSUBMITTED,
    SimulatedContent,
)
from waproject.lab.twilio_simulator.serving.requests import authenticate, not_found, whole
from waproject.lab.twilio_simulator.serving.validation import TwilioError

if TYPE_CHECKING:
    from waproject.lab.twilio_simulator.serving.server import Simulator

PAGE_SIZE, MAX_PAGE_SIZE = 50, 1000
LANGUAGE = re.compile(r"[a-z]{2,3}(_[A-Z]{2,4})?")
NAME = re.compile(r"[a-z0-9_]{1,512}")
CATEGORIES = {"MARKETING", "UTILITY", "AUTHENTICATION"}
# The types known here, and what each needs.
TYPES = {
    "twilio/text": {"body"},
    "twilio/media": {"media"},
    "twilio/quick-reply": {"body", "actions"},
    "twilio/call-to-action": {"body", "actions"},
    "twilio/card": {"title"},
    "whatsapp/card": {"body"},
}


class ContentApi:
    """The handlers, over one simulator."""

    def __init__(self, simulator: "Simulator") -> None:
        self._simulator = simulator
        self._contents = simulator.contents

    def routes(self) -> list[web.RouteDef]:
        one = "/v1/Content/{sid}"
        return [
            web.post("/v1/Content", self.create),
            web.get("/v1/Content", self.list),
            web.get(one, self.fetch),
            web.delete(one, self.delete),
            web.post(f"{one}/ApprovalRequests/whatsapp", self.submit),
            web.get(f"{one}/ApprovalRequests", self.fetch_approval),
            web.get("/v1/ContentAndApprovals", self.list_with_approvals),
            web.get("/v2/ContentAndApprovals", self.list_with_approvals),
            web.get("/v2/Content", self.list),
        ]

    def go_on(self) -> None:
        """Review what was submitted before the simulator began."""
        for content in self._contents:
            if content.approval.status in {RECEIVED, PENDING}:
                self._review_later(content)

    async def create(self, request: web.Request) -> web.Response:
        """Keep a new content."""
        authenticate(request)
        asked = await _json(request)
        language, types = asked.get("language"), asked.get("types")
        if not language:
            raise TwilioError(92003, "Invalid language. Language is required")
        if not (isinstance(language, str) and LANGUAGE.fullmatch(language)):
            raise TwilioError(92004, "Invalid language code")
        variables = asked.get("variables") or {}
        if not _is_plain(variables):
            raise _invalid("variables must be an object of strings")
        content = self._contents.add(
            str(asked.get("friendly_name") or ""), language, _types(types), variables
        )
        return web.json_response(content.resource(_base(request)), status=201)

    async def fetch(self, request: web.Request) -> web.Response:
        return web.json_response(self._asked_for(request).resource(_base(request)))

    async def delete(self, request: web.Request) -> web.Response:
        self._contents.remove(self._asked_for(request).sid)
        return web.Response(status=204)

    async def submit(self, request: web.Request) -> web.Response:
        """Take a content for review; WhatsApp decides some seconds later."""
        content = self._asked_for(request)
        asked = await _json(request)
        name, category = str(asked.get("name") or ""), str(asked.get("category") or "")
        if not NAME.fullmatch(name):
            raise _invalid("name must be lowercase letters, digits and underscores")
        if category not in CATEGORIES:
            raise _invalid("category must be one of UTILITY, MARKETING, AUTHENTICATION")
        if content.approval.status != UNSUBMITTED:
            raise _invalid("the content has been submitted for approval already")
        content.approval.name, content.approval.category = name, category
        content.approval.content_type = content.kind
        self._contents.decide(content, RECEIVED)
        self._review_later(content)
        return web.json_response(content.approval.resource(), status=201)

    async def fetch_approval(self, request: web.Request) -> web.Response:
        content = self._asked_for(request)
        return web.json_response(
            {
                "sid": content.sid,
                "account_sid": content.summary()["account_sid"],
                "whatsapp": {"type": "whatsapp", **content.approval.resource()},
                "url": f"{_base(request)}/v1/Content/{content.sid}/ApprovalRequests",
            }
        )

    async def list(self, request: web.Request) -> web.Response:
        base = _base(request)
        return self._page(request, lambda content: content.resource(base))

    async def list_with_approvals(self, request: web.Request) -> web.Response:
        return self._page(request, SimulatedContent.with_approval)

    def _page(self, request: web.Request, shown: Any) -> web.Response:
        """A page, newest first; PageToken is where it begins: the sid before it."""
        authenticate(request)
        size = whole(request.query.get("PageSize"), PAGE_SIZE, low=1, high=MAX_PAGE_SIZE)
        page = whole(request.query.get("Page"), 0, low=0, high=10_000_000)
        contents = [*self._contents]
        token = request.query.get("PageToken")
        sids = [one.sid for one in contents]
        start = sids.index(token) + 1 if token in sids else 0
        here = contents[start : start + size]
        following = {"Page": page + 1, "PageToken": here[-1].sid} if here else {}
        has_more = len(contents) > start + size
        return web.json_response(
            {
                "meta": {
                    "page": page,
                    "page_size": size,
                    "first_page_url": _url(request, size, {"Page": 0}),
                    "previous_page_url": _url(request, size, {"Page": page - 1}) if page else None,
                    "url": _url(request, size, {"Page": page}),
                    "next_page_url": _url(request, size, following) if has_more else None,
                    "key": "contents",
                },
                "contents": [shown(one) for one in here],
            }
        )

    def _asked_for(self, request: web.Request) -> SimulatedContent:
        authenticate(request)
        content = self._contents.get(request.match_info["sid"])
        if content is None:
            raise not_found(request)
        return content

    def _review_later(self, content: SimulatedContent) -> None:
        self._simulator.scheduler.after(
            self._simulator.options.approval_delay, partial(self._review, content)
        )

    async def _review(self, content: SimulatedContent) -> None:
        if content.approval.status not in {RECEIVED, PENDING}:
            return
        content.updated_at = time.time()
        reason = objection(content, self._contents)
        if not reason and (wrong := await self._simulator.media.objection(content)):
            reason = f"INVALID_FORMAT: {wrong}"
        self._contents.decide(content, REJECTED if reason else APPROVED, reason)


async def _json(request: web.Request) -> dict[str, Any]:
    try:
        asked = json.loads(await request.text())
    except ValueError:
        asked = None
    if not isinstance(asked, dict):
        raise _invalid("the body must be a JSON object")
    return asked


def _types(given: Any) -> dict[str, Any]:
    """The types of a new content, without those that are null."""
    types = {name: one for name, one in given.items() if one} if isinstance(given, dict) else {}
    if not types:
        raise _invalid("types is required")
    for name, one in types.items():
        if name not in TYPES:
            raise _invalid(f"unknown type {name}")
        lacking = [field for field in TYPES[name] if not (isinstance(one, dict) and one.get(field))]
        if lacking:
            raise _invalid(f"{name} requires {', '.join(sorted(lacking))}")
    return types


def _is_plain(variables: Any) -> bool:
    return isinstance(variables, dict) and all(isinstance(one, str) for one in variables.values())


def _invalid(what: str) -> TwilioError:
    return TwilioError(20422, f"Invalid Parameter: {what}")


def _base(request: web.Request) -> str:
    return f"{request.scheme}://{request.host}"


def _url(request: web.Request, size: int, more: dict[str, Any]) -> str:
    return f"{_base(request)}{request.path}?{urlencode({'PageSize': size, **more})}"
