"""The simulator's own page of contents: to decide of one what WhatsApp would decide."""

from html import escape
from typing import TYPE_CHECKING

from aiohttp import web
from django.utils.translation import gettext as _

from waproject.lab.twilio_simulator.contents.store import DECIDED, SimulatedContent

if TYPE_CHECKING:
    from waproject.lab.twilio_simulator.serving.server import Simulator

_PAGE = """<!doctype html><html><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width"><style>
body {{ font: 16px/1.5 system-ui; margin: 2rem auto; max-width: 60rem; padding: 0 1rem }}
article {{ border-top: 1px solid; padding: 1rem 0 }} pre {{ white-space: pre-wrap; font: inherit }}
input, button {{ font: inherit; padding: .25rem .75rem }}
</style></head><body><h1>{title}</h1><p>{what}</p>{contents}</body></html>"""
_ONE = """<article><h2>{name} ({language}): {status}</h2><pre>{body}</pre><p>{reason}</p>
<form method="post" action="/simulator/contents/{sid}"><label>{why}
<input name="reason" size="40"></label> {buttons}</form></article>"""
_BUTTON = '<button name="status" value="{status}">{status}</button>'


class ContentControl:
    """Show the contents, and let one be approved, rejected, paused or disabled."""

    def __init__(self, simulator: "Simulator") -> None:
        self._contents = simulator.contents

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/simulator/contents", self.page),
            web.post("/simulator/contents/{sid}", self.decide),
        ]

    async def page(self, request: web.Request) -> web.Response:
        text = _PAGE.format(
            title=escape(_("Templates at the simulated provider")),
            what=escape(_("What is decided here, WhatsApp decides in earnest.")),
            contents="".join(map(_shown, self._contents)),
        )
        return web.Response(text=text, content_type="text/html")

    async def decide(self, request: web.Request) -> web.Response:
        """Give a content a status, from the page's form or `status` and `reason` of any form."""
        content = self._contents.get(request.match_info["sid"])
        asked = await request.post()
        status, reason = str(asked.get("status", "")), str(asked.get("reason", ""))
        if content is None or status not in DECIDED:
            return web.json_response({"error": f"Send a status: {', '.join(DECIDED)}."}, status=400)
        self._contents.decide(content, status, reason)
        raise web.HTTPSeeOther("/simulator/contents")


def _shown(content: SimulatedContent) -> str:
    return _ONE.format(
        name=escape(content.approval.name or content.friendly_name),
        language=escape(content.language),
        status=escape(content.approval.status),
        body=escape(content.body),
        reason=escape(content.approval.rejection_reason),
        why=escape(_("Reason")),
        sid=content.sid,
        buttons=" ".join(_BUTTON.format(status=status) for status in DECIDED),
    )
