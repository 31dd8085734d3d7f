"""The contents that the simulated account keeps, and how far the approval of each is."""

import json
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from waproject.lab.twilio_simulator.account import ACCOUNT_SID

UNSUBMITTED, RECEIVED, PENDING = "unsubmitted", "received", "pending"
APPROVED, REJECTED = "approved", "rejected"
PAUSED, DISABLED = "paused", "disabled"
DECIDED = (APPROVED, REJECTED, PAUSED, DISABLED)

PLACEHOLDER = re.compile(r"\{\{\s*(\w+)\s*\}\}")


@dataclass(slots=True)
class Approval:
    """What WhatsApp says of a content."""

    name: str = ""
    category: str = ""
    content_type: str = ""
    status: str = UNSUBMITTED
    rejection_reason: str = ""

    def resource(self) -> dict[str, Any]:
        return {**asdict(self), "allow_category_change": True}


@dataclass(slots=True)
class SimulatedContent:
    """One content. `types` is {} for one of which only the id is known: it may say anything."""

    sid: str
    friendly_name: str
    language: str
    types: dict[str, Any]
    variables: dict[str, str]
    created_at: float
    updated_at: float
    approval: Approval = field(default_factory=Approval)

    @property
    def kind(self) -> str:
        """Its richest type."""
        return next(iter(self.types), "twilio/text")

    @property
    def parts(self) -> Mapping[str, Any]:
        return self.types.get(self.kind, {})

    @property
    def body(self) -> str:
        return str(self.parts.get("title" if self.kind == "twilio/card" else "body") or "")

    @property
    def quick_replies(self) -> list[tuple[str, str]]:
        """What stands on each, and its id."""
        actions = self.parts.get("actions") or []
        return [
            (str(one.get("title", "")), str(one.get("id", "")))
            for one in actions
            if one.get("type", "QUICK_REPLY") == "QUICK_REPLY"
        ]

    def texts(self) -> str:
        """Everything in which a placeholder may stand."""
        return json.dumps(self.types, ensure_ascii=False)

    def placeholders(self) -> set[str]:
        return set(PLACEHOLDER.findall(self.texts()))

    def resource(self, base: str) -> dict[str, Any]:
        """As /v1/Content shows it."""
        url = f"{base}/v1/Content/{self.sid}"
        return {
            **self.summary(),
            "url": url,
            "links": {
                "approval_create": f"{url}/ApprovalRequests/whatsapp",
                "approval_fetch": f"{url}/ApprovalRequests",
            },
        }

    def with_approval(self) -> dict[str, Any]:
        """As ContentAndApprovals shows it."""
        return {**self.summary(), "approval_requests": self.approval.resource()}

    def summary(self) -> dict[str, Any]:
        return {
            "sid": self.sid,
            "account_sid": ACCOUNT_SID,
            "friendly_name": self.friendly_name,
            "language": self.language,
            "variables": self.variables,
            "types": self.types,
            "date_created": iso8601(self.created_at),
            "date_updated": iso8601(self.updated_at),
        }


def iso8601(second: float) -> str:
    """The Content API's spelling of a moment, e.g. `2023-01-13T23:33:46Z`."""
    return datetime.fromtimestamp(int(second), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Contents:
    """Contents by sid, newest first; kept in a file when one is given."""

    def __init__(self, file: Path | None = None, known: tuple[str, ...] = ()) -> None:
        self._file = file
        self._by_sid: dict[str, SimulatedContent] = {}
        if file is not None and file.exists():
            for one in json.loads(file.read_text(encoding="utf-8")):
                content = SimulatedContent(**{**one, "approval": Approval(**one["approval"])})
                self._by_sid[content.sid] = content
        for sid in known:
            self._by_sid.setdefault(sid, _known(sid))

    def __iter__(self) -> Iterator[SimulatedContent]:
        return iter(sorted(self._by_sid.values(), key=lambda one: one.created_at, reverse=True))

    def get(self, sid: str) -> SimulatedContent | None:
        return self._by_sid.get(sid)

    def add(
        self,
        friendly_name: str,
        language: str,
        types: dict[str, Any],
        variables: dict[str, str],
    ) -> SimulatedContent:
        now = time.time()
        sid = f"HX{uuid4().hex}"
        content = SimulatedContent(sid, friendly_name, language, types, variables, now, now)
        self._by_sid[sid] = content
        self.save()
        return content

    def remove(self, sid: str) -> bool:
        found = self._by_sid.pop(sid, None) is not None
        self.save()
        return found

    def decide(self, content: SimulatedContent, status: str, reason: str = "") -> None:
        """Let WhatsApp say this of a content from now on."""
        content.approval.status, content.approval.rejection_reason = status, reason
        content.updated_at = time.time()
        self.save()

    def save(self) -> None:
        """Write all to the file, in one move: a kill leaves the former one or this one."""
        if self._file is None:
            return
        self._file.parent.mkdir(parents=True, exist_ok=True)
        written = self._file.with_suffix(".new")
        rows = [asdict(one) for one in self._by_sid.values()]
        written.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
        written.replace(self._file)


def _known(sid: str) -> SimulatedContent:
    """A content that was approved before the simulator began."""
    approval = Approval(sid.lower(), "MARKETING", "twilio/text", APPROVED)
    return SimulatedContent(sid, sid.lower(), "es", {}, {}, 0.0, 0.0, approval)
