"""The protocol of a provider, and the plain types that pass between it and the project.

Addresses are the project's own: an E.164 phone (`+56975400946`), a WhatsApp business-scoped id
(`CL.1234`) or a short code, with the channel in a field of its own. Statuses are those of
`messaging.states.MessageStatus`; error codes are text, in the provider's words.
"""

from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Protocol, runtime_checkable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from contacts.states import AddressChannel, Channel
from messaging.providers.errors import Action, ErrorRule
from messaging.providers.files import FileGateway
from messaging.providers.templates import Templates
from messaging.states import OUTBOUND_STATUSES, AccountStatus, Quality, Tier
from waproject.core.text.sentences import SaidError

# Our address in a message that does not say to which one it was written.
UNKNOWN_ADDRESS = "unknown"


class NotConfigured(SaidError):
    """An account has no credentials, so nothing can be asked. Its text is for the operator."""


class ProviderUnavailable(SaidError):
    """The provider could not be asked, or gave no usable answer. Its text is a sentence."""


class ProviderRefuses(ProviderUnavailable):
    """The provider does not let the account in: somebody has to mend its token or its rights."""


class Malformed(ValueError):
    """Why a request of the provider cannot be understood, in a sentence."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a provider needs to know one account: its id there, and the secret that proves it.

    Hashable: connections are pooled by it. The secret is in no repr and no log.
    """

    external_id: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class AccountState:
    """What the provider says of an account, with a sentence when it does not work."""

    status: AccountStatus
    reason: str = ""


@dataclass(frozen=True, slots=True)
class OutboundRequest:
    """One message to send.

    Either `sender_address` or `messaging_service_sid` says who sends; either `body` or
    `content_sid` (an approved template, with its variables) says what. `media_urls` name the files
    that go with a body, or without one. `validity_period` is in seconds: the provider drops the
    message rather than send it later.
    """

    to: str = field(repr=False)
    sender_address: str | None = None
    messaging_service_sid: str | None = None
    body: str | None = field(default=None, repr=False)
    content_sid: str | None = None
    content_variables: dict[str, str] | None = field(default=None, repr=False)
    media_urls: Sequence[str] = field(default=(), repr=False)
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


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message as it came: to which of our addresses, from whom, and what it holds.

    Of `phone` (E.164), `user_id` (WhatsApp's id of a person) and `other` (any other address, as
    it came) those are set that the provider names; none, when it names no writer.
    `is_machine`: an SMS from a short code (`2345`) or from a name (`Banco`); it is heard, and gets
    no answer. `is_late`: it found our door shut and was asked for later; there is no request that
    an answer could go to. `is_kept`: it waited on our disk for the database, and is answered by a
    message of its own. `content` holds what is no text: media, location, buttons, lists, referral.
    `account_id` is that of the account to which it came: the log keeps it, and a number
    of ours that is new becomes a sender of it.
    """

    sid: str
    channel: str
    sender_address: str
    phone: str | None
    user_id: str | None
    name: str
    text: str
    type: str
    content: dict[str, Any]
    at: datetime
    other: str | None = None
    is_machine: bool = False
    is_late: bool = False
    is_kept: bool = False
    account_id: int | None = None

    @property
    def address(self) -> str:
        """Where it came from, as the log of messages keeps it; "" when that is not known."""
        return self.phone or self.user_id or self.other or ""

    @property
    def address_channel(self) -> AddressChannel:
        """To which channel its address belongs."""
        if self.phone:
            return AddressChannel.PHONE
        if self.user_id:
            return AddressChannel.WHATSAPP
        return AddressChannel.SMS if self.is_machine else AddressChannel.OTHER

    @property
    def addresses(self) -> set[str]:
        """All that the message tells of where its person can be found."""
        return {one for one in (self.phone, self.user_id, self.other) if one}


@dataclass(frozen=True, slots=True)
class Answer:
    """What the response says to the person of the message with the id `to_sid`.

    Its statuses are reported to `status_callback`, an absolute URL.
    """

    to_sid: str
    text: str = field(repr=False)
    status_callback: str


@dataclass(frozen=True, slots=True)
class StatusReport:
    """One status of one message. `token` is that of its callback URL, `at` when we heard of it.

    `status` is one of OUTBOUND_STATUSES, or the provider's own word when it is new to us.
    `account_id` is that of the account whose webhook brought it: it says nothing of messages of
    other accounts. None where we asked the provider ourselves.
    """

    sid: str
    status: str
    token: str = ""
    error_code: str | None = None
    error_message: str = ""
    at: datetime = field(default_factory=timezone.now)
    source: str = "webhook"
    address: str = ""
    # Whether the sid has the form of the provider's.
    is_named: bool = True
    # Whether the transaction is shared with other reports: then nothing may be locked but the rows
    # that the sid finds.
    in_company: bool = False
    account_id: int | None = None

    @property
    def is_understood(self) -> bool:
        """Whether it says something we know of a message that can be found."""
        return self.status in OUTBOUND_STATUSES and self.is_named


class IdKind(StrEnum):
    """What a provider gives ids to that staff enter here."""

    ACCOUNT = "account"
    TEMPLATE = "template"
    SERVICE = "service"  # a pool of numbers, of which the provider chooses one


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


@dataclass(frozen=True, slots=True)
class RemoteSender:
    """A number that an account can write from, as the provider has it.

    `state` is in the provider's own word, `reasons` are its sentences why the number is not online.
    `inbound_url` and `status_url` are where it posts what people write, and statuses.
    `sends_files`: a number for SMS can send MMS too.
    """

    external_id: str
    channel: str
    address: str
    name: str
    state: str
    is_online: bool = True
    quality: Quality = Quality.UNKNOWN
    tier: Tier = Tier.UNKNOWN
    waba_id: str = ""
    inbound_url: str = ""
    status_url: str = ""
    reasons: tuple[str, ...] = ()
    sends_files: bool = False


@dataclass(frozen=True, slots=True)
class RemoteService:
    """A pool of numbers at the provider, of which it chooses one for each message.

    `leaves_to_number`: what people write is posted where each number says, not to `inbound_url`.
    """

    external_id: str
    name: str
    inbound_url: str = ""
    leaves_to_number: bool = False


@dataclass(frozen=True, slots=True)
class RemoteSenders:
    """All that an account can write from."""

    senders: list[RemoteSender] = field(default_factory=list)
    services: list[RemoteService] = field(default_factory=list)


class Gateway(FileGateway, Protocol):
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

    def list_sent(self, since: datetime, until: datetime) -> AsyncIterator[list[ProviderMessage]]:
        """What left the account, or came to it, between two moments; a page at a time.

        The newest first. Raises ProviderUnavailable.
        """

    async def account_state(self) -> AccountState:
        """Whether the account works. Raises ProviderUnavailable."""

    async def list_senders(self) -> RemoteSenders:
        """The numbers and services that the account can write from. Raises ProviderUnavailable."""

    async def list_received(
        self, channel: str, address: str, since: datetime, until: datetime, limit: int | None
    ) -> list[Arrival] | None:
        """What people wrote to an address of ours between two moments, both included.

        Oldest first, as far as the provider has it. None when there are `limit` or more: the
        oldest could be missing. Raises ProviderUnavailable.
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

    def id_problem(self, kind: IdKind, value: str) -> str:
        """What is wrong with the form of an id, in a sentence; "" when nothing is."""

    def gateway(self, credentials: Credentials) -> AbstractAsyncContextManager[Gateway]:
        """Connections for one account; to be entered in the loop that uses them."""

    def templates(self, credentials: Credentials) -> AbstractAsyncContextManager[Templates]:
        """Connections to the templates of one account; to be entered in the loop that uses them."""

    def classify_error(self, code: str | None, http_status: int | None = None) -> ErrorRule:
        """The rule for an error of a response (with its HTTP status) or of a status report."""

    def codes_for(self, action: Action) -> Collection[str]:
        """The codes about which this is done."""

    def account_of(self, request: HttpRequest) -> str:
        """The external id of the account that a webhook's request names; "" when it names none."""

    def is_genuine(self, request: HttpRequest, credentials: Credentials) -> bool:
        """Whether the request bears the signature of the provider for this account."""

    def challenge(self, request: HttpRequest, verify_token: str) -> str | None:
        """The answer to a GET by which the provider tries a webhook; None when it is refused."""

    def read_inbound(self, request: HttpRequest, *, at: datetime) -> Sequence[Arrival]:
        """The messages of people that one request brings, oldest first.

        Raises Malformed only when one has no id to be known by.
        """

    def read_status(
        self, request: HttpRequest, *, token: str, at: datetime
    ) -> Sequence[StatusReport]:
        """What became of messages of ours, in the order of the request. Never refuses.

        `token` is that of the callback URL, "" where it has none.
        """

    def answer(self, answers: Sequence[Answer]) -> HttpResponse:
        """The response that answers some of the messages of one request, or none of them."""
