"""The one door to the provider's messages: sending them and asking what became of them."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from types import TracebackType
from typing import Any, Self

import aiohttp
import requests
from django.conf import settings
from django.utils.translation import gettext as _
from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException
from twilio.rest import Client
from twilio.rest.api.v2010.account.message import MessageInstance

from messaging.twilio.addresses import WHATSAPP, from_provider, to_provider
from messaging.twilio.clients import (
    TOO_MANY_REQUESTS,
    AsyncHttp,
    NotConfigured,
    Throttled,
    credentials,
    sync_client,
)

__all__ = [
    "Accepted",
    "Gateway",
    "NotAccepted",
    "NotConfigured",
    "OutboundRequest",
    "ProviderMessage",
    "ProviderUnavailable",
    "ReceivedMessage",
    "Rejected",
    "Result",
    "Unknown",
    "fetch_message",
    "list_messages",
    "list_received",
]

# More messages to one address than this since a claim is not a history but an accident.
LIST_LIMIT = 1000


@dataclass(frozen=True, slots=True)
class OutboundRequest:
    """One message to send. Addresses are the project's own: E.164 or a business-scoped id.

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
    channel: str = WHATSAPP

    def parameters(self) -> dict[str, Any]:
        """The arguments of the provider's `messages.create`; what is not set is left out."""
        given = {
            "to": to_provider(self.channel, self.to),
            "from_": self.sender_address and to_provider(self.channel, self.sender_address),
            "messaging_service_sid": self.messaging_service_sid,
            "body": self.body,
            "content_sid": self.content_sid,
            "content_variables": self.content_variables
            and json.dumps(self.content_variables, ensure_ascii=False),
            "status_callback": self.status_callback,
            "validity_period": self.validity_period,
        }
        return {name: value for name, value in given.items() if value}


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

    code: int | None
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


class ProviderUnavailable(Exception):
    """The provider could not be asked, or gave no usable answer. Its text is a sentence."""


@dataclass(frozen=True, slots=True)
class ProviderMessage:
    """A message as the provider has it, addresses in the project's spelling.

    `direction` is `inbound`, `outbound-api` or `outbound-reply`. `price` is what we are billed, a
    positive amount in `price_unit` (the provider writes it as a negative one); None until billed.
    """

    sid: str
    channel: str
    to: str = field(repr=False)
    from_: str = field(repr=False)
    body: str = field(repr=False)
    status: str
    error_code: int | None
    date_created: datetime
    date_sent: datetime | None
    direction: str
    price: Decimal | None = None
    price_unit: str = ""

    @classmethod
    def of(cls, instance: MessageInstance) -> Self:
        channel, to = from_provider(instance.to or "")
        created = instance.date_created or instance.date_sent or datetime.now(UTC)
        return cls(
            sid=instance.sid or "",
            channel=channel,
            to=to,
            from_=from_provider(instance.from_ or "")[1],
            body=instance.body or "",
            status=str(instance.status or ""),
            error_code=instance.error_code,
            date_created=created,
            date_sent=instance.date_sent,
            direction=str(instance.direction or ""),
            price=_price(instance.price),
            price_unit=instance.price_unit or "",
        )


@dataclass(frozen=True, slots=True)
class ReceivedMessage:
    """A message from a person as the provider's list has it, addresses in its own spelling."""

    sid: str
    from_: str = field(repr=False)
    to: str
    body: str = field(repr=False)
    num_media: int
    sent_at: datetime

    @classmethod
    def of(cls, instance: MessageInstance) -> Self:
        media = str(instance.num_media or "")
        return cls(
            sid=instance.sid or "",
            from_=instance.from_ or "",
            to=instance.to or "",
            body=instance.body or "",
            num_media=int(media) if media.isdigit() else 0,
            sent_at=instance.date_sent or instance.date_created or datetime.now(UTC),
        )

    def parameters(self) -> dict[str, str]:
        """What its webhook brought, as far as the list has it: neither names nor buttons' ids."""
        given = {"MessageSid": self.sid, "From": self.from_, "To": self.to, "Body": self.body}
        return given | ({"MessageType": "document"} if self.num_media else {})


class Gateway:
    """Sends messages over one pool of connections, each request exactly once.

    An async context manager, to be entered in the loop that uses it. Raises NotConfigured, with
    a sentence, when no account is set.
    """

    def __init__(self) -> None:
        self._credentials = credentials()
        self._base_url: str = settings.TWILIO_API_BASE_URL
        self._timeout: float = settings.TWILIO_TIMEOUT_SECONDS

    async def __aenter__(self) -> Self:
        self._http = AsyncHttp(self._base_url, self._timeout)
        self._client = Client(*self._credentials, http_client=self._http)
        # The library imports a good deal at this word: now, not within the first slot.
        self._messages = self._client.messages
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._http.close()

    async def send(self, request: OutboundRequest) -> Result:
        """Hand one message to the provider; trouble is a result, never an exception.

        The two that may be sent again are told apart with care: before the connection stood,
        nothing can have been accepted; after it, anything can.
        """
        parameters = request.parameters()
        try:
            message = await self._messages.create_async(**parameters)
        except (Throttled, TwilioException) as error:
            return _refusal(error)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
            return NotAccepted(_("The provider could not be reached."))
        except TimeoutError:
            return Unknown(_("The provider did not answer in time."))
        except (aiohttp.ClientError, OSError):
            return Unknown(_("The connection broke before the provider answered."))
        except (ValueError, AttributeError, TypeError):
            # Not JSON, or JSON of another shape, which the library meets without a check.
            return Unknown(_("The provider's answer could not be read."))
        if not message.sid:
            return Unknown(_("The provider's answer could not be read."))
        return Accepted(message.sid, str(message.status or "queued"), _raw(message))

    async def fetch(self, sid: str) -> ProviderMessage | None:
        """As the function `fetch_message`, over this gateway's connections."""
        try:
            return ProviderMessage.of(await self._messages(sid).fetch_async())
        except TwilioRestException as error:
            if error.status == 404:
                return None
            raise _unavailable(error) from error
        except (Throttled, TwilioException, aiohttp.ClientError, OSError, ValueError) as error:
            raise _unavailable(error) from error

    async def list_messages(
        self, to: str, sent_after: datetime, channel: str = WHATSAPP
    ) -> list[ProviderMessage]:
        """As the function `list_messages`, over this gateway's connections."""
        try:
            messages = await self._messages.list_async(
                to=to_provider(channel, to), limit=LIST_LIMIT, page_size=LIST_LIMIT
            )
        except (Throttled, TwilioException, aiohttp.ClientError, OSError, ValueError) as error:
            raise _unavailable(error) from error
        return _created_since(messages, sent_after)


def list_messages(to: str, sent_after: datetime, channel: str = WHATSAPP) -> list[ProviderMessage]:
    """The provider's messages to an address, in any state, created at `sent_after` or later.

    The provider's own filter on DateSent is not used: it leaves out the messages that are still
    queued, which are the very ones a search after a crash is for. Its dates are in whole
    seconds, so `sent_after` is taken down to the second. Raises ProviderUnavailable.
    """
    try:
        with sync_client() as client:
            messages = client.messages.list(
                to=to_provider(channel, to), limit=LIST_LIMIT, page_size=LIST_LIMIT
            )
    except (Throttled, TwilioException, requests.RequestException, ValueError) as error:
        raise _unavailable(error) from error
    return _created_since(messages, sent_after)


def list_received(
    channel: str, address: str, since: datetime, until: datetime, limit: int | None
) -> list[ReceivedMessage] | None:
    """What people wrote to an address of ours between two moments, both included; oldest first.

    None when the provider has `limit` or more: it lists the newest first, so the oldest could be
    missing. A message from a person has its DateSent at once, so the provider can filter by it, in
    whole seconds. Raises ProviderUnavailable, and NotConfigured when no account is set.
    """
    try:
        with sync_client() as client:
            messages = client.messages.list(
                to=to_provider(channel, address),
                date_sent_after=_whole_second(since),
                date_sent_before=_whole_second(until) + timedelta(seconds=1),
                limit=limit,
                page_size=LIST_LIMIT,
            )
    except (Throttled, TwilioException, requests.RequestException, ValueError) as error:
        raise _unavailable(error) from error
    if limit is not None and len(messages) >= limit:
        return None
    # Turned round before sorting: within a second the list's order is all there is.
    oldest_first = [one for one in reversed(messages) if one.direction == "inbound"]
    return sorted(map(ReceivedMessage.of, oldest_first), key=lambda one: one.sent_at)


def fetch_message(sid: str) -> ProviderMessage | None:
    """The provider's message with this sid, None when it has none. Raises ProviderUnavailable."""
    try:
        with sync_client() as client:
            return ProviderMessage.of(client.messages(sid).fetch())
    except TwilioRestException as error:
        if error.status == 404:
            return None
        raise _unavailable(error) from error
    except (Throttled, TwilioException, requests.RequestException, ValueError) as error:
        raise _unavailable(error) from error


def _raw(message: MessageInstance) -> dict[str, Any]:
    """What of the answer is worth keeping, JSON-ready; not the text or the addresses we gave."""
    return {
        "num_segments": message.num_segments,
        "price": message.price,
        "price_unit": message.price_unit,
        "messaging_service_sid": message.messaging_service_sid,
        "error_code": message.error_code,
    }


def _price(text: str | None) -> Decimal | None:
    """`-0.00750` as 0.0075; None when the message is not billed yet, or the text is no number."""
    try:
        return abs(Decimal(text)) if text else None
    except InvalidOperation:
        return None


def _refusal(error: Throttled | TwilioException) -> Result:
    """The result of an answer that was not a success."""
    if isinstance(error, Throttled):
        if error.code != TOO_MANY_REQUESTS:
            return Rejected(error.code, error.message, 429)
        return NotAccepted(_("The provider asked us to slow down."), error.retry_after)
    if isinstance(error, TwilioRestException):
        status, message = error.status, error.msg.removeprefix("Unable to create record: ")
        # Without a body of Twilio's shape the library repeats the HTTP status as the code.
        code = error.code if error.code != status else None
    elif isinstance(error, TwilioServiceException):
        status, code, message = error.status, error.code, error.detail or error.title
    else:
        return Unknown(_("The provider's answer could not be read."))
    # 408 and what is no error at all come from something between us and the provider.
    if status >= 500 or status < 400 or status == 408:
        return Unknown(_("The provider answered with HTTP %(status)s.") % {"status": status})
    return Rejected(code, message, status)


def _unavailable(error: Exception) -> ProviderUnavailable:
    if isinstance(error, TwilioRestException | TwilioServiceException):
        return ProviderUnavailable(
            _("The provider answered with HTTP %(status)s and code %(code)s.")
            % {"status": error.status, "code": error.code}
        )
    if isinstance(error, Throttled):
        return ProviderUnavailable(_("The provider asked us to slow down."))
    return ProviderUnavailable(
        _("The provider could not be reached, or its answer could not be read.")
    )


def _created_since(messages: Iterable[MessageInstance], moment: datetime) -> list[ProviderMessage]:
    floor = _whole_second(moment)
    return [
        message for message in map(ProviderMessage.of, messages) if message.date_created >= floor
    ]


def _whole_second(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)
