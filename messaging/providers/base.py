"""The protocol of a provider, and the plain types that pass between it and the project.

Addresses are the project's own: an E.164 phone (`+56975400946`), a WhatsApp business-scoped id
(`CL.1234`) or a short code, with the channel in a field of its own. Statuses are those of
`messaging.states.MessageStatus`; error codes are text, in the provider's words.
"""

from collections.abc import Collection
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Protocol, runtime_checkable

from contacts.states import Channel
from messaging.providers.errors import Action, ErrorRule


class NotConfigured(Exception):
    """An account has no credentials, so nothing can be asked. Its text is for the operator."""


class ProviderUnavailable(Exception):
    """The provider could not be asked, or gave no usable answer. Its text is a sentence."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a provider needs to know one account: its id there, and the secret that proves it.

    Hashable: connections are pooled by it. The secret is in no repr and no log.
    """

    external_id: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class OutboundRequest:
    """One message to send.

    Either `sender_address` or `messaging_service_sid` says who sends; either `body` or
    `content_sid` (an approved template, with its variables) says what. `validity_period` is in
    seconds: the provider drops the message rather than send it later.
    """

    to: str = field(repr=False)
    sender_address: str | None = None
    messaging_service_sid: str | None = None
    body: str | None = field(default=None, repr=False)
    content_sid: str | None = None
    content_variables: dict[str, str] | None = field(default=None, repr=False)
    status_callback: str | None = field(default=None, repr=False)
    validity_period: int | None = None
    channel: str = Channel.WHATSAPP.value


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider has the message and will send it."""

    sid: str
    status: str
    raw: dict[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Rejected:
    """The provider said no; the message will never leave. Classify `code` for what to do.

    `message` is the provider's sentence in English; it may quote the address.
    """

    code: str | None
    message: str = field(repr=False)
    http_status: int


@dataclass(frozen=True, slots=True)
class NotAccepted:
    """The message certainly did not get in: safe to send again after `retry_after` seconds."""

    reason: str
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nobody knows whether the message was accepted: ask before sending it again."""

    reason: str


Result = Accepted | Rejected | NotAccepted | Unknown


class MessageOrigin(StrEnum):
    """How a message came to the provider."""

    REQUEST = "request"  # our request to send it
    ANSWER = "answer"  # our answer in the response to a webhook
    PERSON = "person"  # a person wrote it


@dataclass(frozen=True, slots=True)
class ProviderMessage:
    """A message as the provider has it.

    `price` is what we are billed, a positive amount in `price_unit`; None until billed.
    """

    sid: str
    channel: str
    to: str = field(repr=False)
    from_: str = field(repr=False)
    body: str = field(repr=False)
    status: str
    error_code: str | None
    date_created: datetime
    date_sent: datetime | None
    origin: MessageOrigin
    price: Decimal | None = None
    price_unit: str = ""


class Gateway(Protocol):
    """Open connections to the provider, for one account."""

    async def send(self, request: OutboundRequest) -> Result:
        """Hand one message to the provider, once; trouble is a result, never an exception."""

    async def fetch(self, sid: str) -> ProviderMessage | None:
        """The provider's message with this sid, None when it has none.

        Raises ProviderUnavailable.
        """

    async def list_messages(
        self, to: str, sent_after: datetime, channel: str = Channel.WHATSAPP.value
    ) -> list[ProviderMessage]:
        """The messages to an address, in any state, created at `sent_after` or later.

        Raises ProviderUnavailable.
        """


@runtime_checkable
class Provider(Protocol):
    """Everything the project asks of a provider. One object, without state, serves all accounts."""

    @property
    def is_simulated(self) -> bool:
        """Whether it is a server of ours, whose messages reach nobody."""

    def environment_credentials(self) -> Credentials:
        """The account that the environment or `.env` names.

        Raises NotConfigured, with a sentence, when it names none.
        """

    def gateway(self, credentials: Credentials) -> AbstractAsyncContextManager[Gateway]:
        """Connections for one account; to be entered in the loop that uses them."""

    def classify_error(self, code: str | None, http_status: int | None = None) -> ErrorRule:
        """The rule for an error of a response (with its HTTP status) or of a status report."""

    def codes_for(self, action: Action) -> Collection[str]:
        """The codes about which this is done."""
