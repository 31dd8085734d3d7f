"""A provider that has nothing in common with the others: to hold that nothing outside knows one.

Postino signs the body with HMAC-SHA256 in hexadecimal, posts JSON, calls its fields and statuses by
other names, numbers its errors `E-…`, puts
several letters into one request, and tries a webhook before it uses it.
"""

import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

from messaging.providers.base import (
    Accepted,
    AccountState,
    Answer,
    Arrival,
    Credentials,
    IdKind,
    Malformed,
    MessageOrigin,
    NotConfigured,
    OutboundRequest,
    ProviderMessage,
    Rejected,
    StatusReport,
)
from messaging.providers.errors import About, Action, ErrorRule
from messaging.providers.templates import ApprovalState, ContentSpec, RemoteTemplate
from messaging.states import AccountStatus

STATUSES = {"IN_VIAGGIO": "sent", "CONSEGNATO": "delivered", "LETTO": "read", "PERSO": "failed"}
RULES = {
    "E-404": ErrorRule("E-404", "No such number.", About.RECIPIENT, Action.MARK_INVALID),
    "E-9": ErrorRule("E-9", "The account is closed.", About.ACCOUNT, Action.PAUSE, pause_after=1),
}


def signature(body: bytes, secret: str) -> str:
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


class PostOffice:
    """What the provider has been handed, by account."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, OutboundRequest]] = []
        self.templates: dict[str, dict[str, RemoteTemplate]] = {}

    def clear(self) -> None:
        self.sent.clear()
        self.templates.clear()


office = PostOffice()


class PostinoGateway:
    def __init__(self, credentials: Credentials) -> None:
        self.credentials = credentials

    async def send(self, request: OutboundRequest) -> Accepted | Rejected:
        if request.to.endswith("404"):
            return Rejected("E-404", "Numero inesistente", 422)
        office.sent.append((self.credentials.external_id, request))
        return Accepted(f"posta/{len(office.sent)}", "queued", {})

    async def fetch(self, sid: str) -> ProviderMessage | None:
        found = [one for one in self._messages() if one.sid == sid]
        return found[0] if found else None

    async def list_messages(
        self, to: str, sent_after: datetime, channel: str = "whatsapp"
    ) -> list[ProviderMessage]:
        return [one for one in self._messages() if one.to == to]

    async def account_state(self) -> AccountState:
        return AccountState(AccountStatus.CONNECTED)

    async def list_received(
        self, channel: str, address: str, since: datetime, until: datetime, limit: int | None
    ) -> list[Arrival] | None:
        return []

    def _messages(self) -> list[ProviderMessage]:
        now = datetime.now(UTC)
        return [
            ProviderMessage(
                sid=f"posta/{number}",
                channel=request.channel,
                to=request.to,
                from_=request.sender_address or "",
                body=request.body or "",
                status="sent",
                error_code=None,
                date_created=now,
                date_sent=now,
                origin=MessageOrigin.REQUEST,
            )
            for number, (_account, request) in enumerate(office.sent, start=1)
        ]


class PostinoTemplates:
    """Templates that are approved at once; their ids count up."""

    def __init__(self, account: str) -> None:
        self.kept = office.templates.setdefault(account, {})

    async def create(self, content: ContentSpec) -> str:
        sid = f"posta-{len(self.kept) + 1}"
        self.kept[sid] = RemoteTemplate(
            sid, content.name, content.language, content, ApprovalState("draft")
        )
        return sid

    async def submit(self, sid: str, name: str, category: str) -> ApprovalState:
        state = ApprovalState("approved", name=name, category=category)
        self.kept[sid] = replace(self.kept[sid], name=name, approval=state)
        return state

    async def fetch(self, sid: str) -> RemoteTemplate | None:
        return self.kept.get(sid)

    async def list(self) -> AsyncIterator[RemoteTemplate]:
        for one in self.kept.values():
            yield one

    async def delete(self, sid: str) -> bool:
        return self.kept.pop(sid, None) is not None


class PostinoProvider:
    is_simulated = False

    def environment_credentials(self) -> Credentials:
        raise NotConfigured("Postino has no account in the environment.")

    def id_problem(self, kind: IdKind, value: str) -> str:
        return "" if value.startswith("posta-") else "An id of Postino begins with posta-."

    @asynccontextmanager
    async def gateway(self, credentials: Credentials):
        yield PostinoGateway(credentials)

    @asynccontextmanager
    async def templates(self, credentials: Credentials):
        yield PostinoTemplates(credentials.external_id)

    def classify_error(self, code: str | None, http_status: int | None = None) -> ErrorRule:
        unknown = ErrorRule(code, "Unknown.", About.PROVIDER, Action.FAIL)
        return RULES.get(code or "", unknown)

    def codes_for(self, action: Action) -> Collection[str]:
        return [code for code, rule in RULES.items() if rule.action is action]

    def account_of(self, request: HttpRequest) -> str:
        return str(_read(request).get("cliente", ""))

    def is_genuine(self, request: HttpRequest, credentials: Credentials) -> bool:
        expected = signature(request.body, credentials.secret)
        return hmac.compare_digest(expected, request.headers.get("X-Postino", ""))

    def challenge(self, request: HttpRequest, verify_token: str) -> str | None:
        return request.GET.get("eco") if request.GET.get("parola") == verify_token else None

    def read_inbound(self, request: HttpRequest, *, at: datetime) -> list[Arrival]:
        return [self._arrival(letter, at) for letter in _letters(request)]

    def _arrival(self, letter: dict[str, str], at: datetime) -> Arrival:
        if "numero" not in letter:
            raise Malformed("The letter has no number.")
        return Arrival(
            sid=letter["numero"],
            channel="whatsapp",
            sender_address=letter["per"],
            phone=letter["da"],
            user_id=None,
            name=letter.get("firma", ""),
            text=letter["testo"],
            type="text",
            content={},
            at=at,
        )

    def read_status(self, request: HttpRequest, *, token: str, at: datetime) -> list[StatusReport]:
        return [
            StatusReport(
                sid=report["numero"],
                status=STATUSES.get(report["stato"], report["stato"]),
                token=token,
                error_code=report.get("guasto"),
                at=at,
            )
            for report in _letters(request)
        ]

    def answer(self, answers: Sequence[Answer]) -> HttpResponse:
        """By the numbers of the letters."""
        return JsonResponse(
            {one.to_sid: {"risposta": one.text, "avvisi": one.status_callback} for one in answers}
        )


def _letters(request: HttpRequest) -> list[dict[str, str]]:
    """A sack of letters, or the request is the only one."""
    read = _read(request)
    return read.get("sacco", [read])


def _read(request: HttpRequest) -> dict[str, Any]:
    try:
        return dict(json.loads(request.body))
    except ValueError:
        return {}
