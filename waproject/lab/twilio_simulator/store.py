"""The messages the simulated account has sent and received."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache
from typing import Any
from uuid import uuid4

from waproject.lab.twilio_simulator.account import ACCOUNT_SID, API_VERSION, SERVICE_NUMBER
from waproject.lab.twilio_simulator.journal import Entry
from waproject.lab.twilio_simulator.serving.validation import channel_of

# What a message is billed once it has left; Twilio writes what it takes as a negative amount.
PRICE = "-0.00500"
RANKS = {"accepted": 0, "queued": 1, "sending": 2, "sent": 3, "delivered": 4, "read": 5}
FINAL = {"failed", "undelivered"}


@dataclass(slots=True)
class SimulatedMessage:
    """One message, addresses spelled as Twilio spells them."""

    sid: str
    direction: str
    to: str
    from_: str
    body: str
    status: str
    created_at: float
    # How many messages this address was sent before, plus one: part of the key of chance.
    ordinal: int = 1
    content_sid: str | None = None
    content_variables: str | None = None
    messaging_service_sid: str | None = None
    status_callback: str | None = None
    sent_at: float | None = None
    updated_at: float = 0.0
    error_code: int | None = None
    # The addresses of the files that go with it.
    media: Sequence[str] = ()
    # What stands on the quick replies below it, and the id of each.
    quick_replies: list[tuple[str, str]] = field(default_factory=list)

    def move_to(self, status: str, now: float) -> None:
        """Take a status unless the message is already further on."""
        if status in FINAL or RANKS[status] > RANKS.get(self.status, 99):
            self.status, self.updated_at = status, now
        if status == "sent":
            self.sent_at = now

    def resource(self) -> dict[str, Any]:
        """The message as the API shows it."""
        uri = f"/{API_VERSION}/Accounts/{ACCOUNT_SID}/Messages/{self.sid}"
        return {
            "account_sid": ACCOUNT_SID,
            "api_version": API_VERSION,
            "body": self.body,
            "date_created": rfc2822(int(self.created_at)),
            "date_sent": None if self.sent_at is None else rfc2822(int(self.sent_at)),
            "date_updated": rfc2822(int(self.updated_at or self.created_at)),
            "direction": self.direction,
            "error_code": self.error_code,
            "error_message": None,
            "from": self.from_,
            "messaging_service_sid": self.messaging_service_sid,
            "num_media": str(len(self.media)),
            "num_segments": "0" if self.messaging_service_sid else segments(self.body),
            "price": None if self.sent_at is None else PRICE,
            "price_unit": "USD",
            "sid": self.sid,
            "status": self.status,
            "subresource_uris": {"media": f"{uri}/Media.json"},
            "to": self.to,
            "uri": f"{uri}.json",
        }

    def entry(self, kind: str) -> Entry:
        """The message's line in the journal."""
        variables = self.content_variables and json.loads(self.content_variables)
        return {
            "kind": kind,
            "sid": self.sid,
            "to": self.to,
            "from": self.from_,
            "body": self.body,
            "content_sid": self.content_sid,
            "content_variables": variables,
            "media": [*self.media],
            "status_callback": self.status_callback,
            "at": self.created_at,
        }


@lru_cache(maxsize=64)
def rfc2822(second: int) -> str:
    """Twilio's spelling of a moment, e.g. `Thu, 24 Aug 2023 05:01:45 +0000`."""
    return format_datetime(datetime.fromtimestamp(second, UTC))


def segments(body: str) -> str:
    """The number of SMS parts a text is billed as, counted in plain GSM characters."""
    return "1" if len(body) <= 160 else str(-(-len(body) // 153))


class Store:
    """Messages by sid and by address, oldest first."""

    def __init__(self) -> None:
        self._by_sid: dict[str, SimulatedMessage] = {}
        self._by_address: defaultdict[str, list[SimulatedMessage]] = defaultdict(list)
        self._wrote_at: dict[str, float] = {}

    def add_outbound(
        self,
        parameters: Mapping[str, str],
        now: float,
        direction: str = "outbound-api",
        *,
        media: Sequence[str] = (),
    ) -> SimulatedMessage:
        """Accept a message; its sid is unique, also among the simulator's other runs."""
        to, service = parameters["To"], parameters.get("MessagingServiceSid")
        prefix = "" if channel_of(to) == "sms" else f"{channel_of(to)}:"
        return self._add(
            SimulatedMessage(
                sid=f"{'MM' if media else 'SM'}{uuid4().hex}",
                direction=direction,
                to=to,
                from_=parameters.get("From") or f"{prefix}{SERVICE_NUMBER}",
                body=parameters.get("Body", ""),
                status="accepted" if service else "queued",
                created_at=now,
                ordinal=len(self._by_address[to]) + 1,
                content_sid=parameters.get("ContentSid"),
                content_variables=parameters.get("ContentVariables"),
                messaging_service_sid=service,
                status_callback=parameters.get("StatusCallback"),
                media=media,
            )
        )

    def add_inbound(self, from_: str, to: str, body: str, now: float) -> SimulatedMessage:
        """A message that a person wrote."""
        sid = f"SM{uuid4().hex}"
        self._wrote_at[from_] = now
        message = SimulatedMessage(sid, "inbound", to, from_, body, "received", now, sent_at=now)
        return self._add(message)

    def has_written(self, address: str, *, since: float) -> bool:
        """Whether a person has written since then."""
        return self._wrote_at.get(address, 0.0) >= since

    def get(self, sid: str) -> SimulatedMessage | None:
        return self._by_sid.get(sid)

    def newest_first(
        self, to: str | None, wanted: Callable[[SimulatedMessage], bool]
    ) -> Iterable[SimulatedMessage]:
        """The wanted messages, of all or to one address."""
        pool = list(self._by_sid.values()) if to is None else self._by_address.get(to, [])
        return filter(wanted, reversed(pool))

    def _add(self, message: SimulatedMessage) -> SimulatedMessage:
        self._by_sid[message.sid] = message
        self._by_address[message.to].append(message)
        return message
