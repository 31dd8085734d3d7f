"""The one door to Twilio's messages: sending them and asking what became of them."""

import json
import logging
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from types import TracebackType
from typing import Any, Self

import aiohttp
from django.conf import settings
from django.utils.translation import gettext as _
from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException
from twilio.rest import Client
from twilio.rest.api.v2010.account.message import MessageInstance

from contacts.states import Channel
from messaging.providers.base import (
    Accepted,
    AccountState,
    Arrival,
    Credentials,
    Malformed,
    MessageOrigin,
    NotAccepted,
    OutboundRequest,
    ProviderMessage,
    ProviderUnavailable,
    Rejected,
    Result,
    Unknown,
)
from messaging.providers.errors import About, Action
from messaging.states import AccountStatus
from messaging.twilio.addresses import from_provider, to_provider
from messaging.twilio.clients import TOO_MANY_REQUESTS, AsyncHttp, Throttled
from messaging.twilio.errors import classify
from messaging.twilio.statuses import our_status
from messaging.twilio.webhook_fields import read_inbound

logger = logging.getLogger(__name__)

# More messages to one address than this since a claim is not a history but an accident.
LIST_LIMIT = 1000

ORIGINS = {
    "inbound": MessageOrigin.PERSON,
    "outbound-reply": MessageOrigin.ANSWER,
}


class TwilioGateway:
    """Sends messages over one pool of connections, each request exactly once.

    An async context manager, to be entered in the loop that uses it.
    """

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials
        self._base_url: str = settings.TWILIO_API_BASE_URL
        self._timeout: float = settings.TWILIO_TIMEOUT_SECONDS

    async def __aenter__(self) -> Self:
        self._http = AsyncHttp(self._base_url, self._timeout)
        self._client = Client(
            self._credentials.external_id, self._credentials.secret, http_client=self._http
        )
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
        """Hand one message to Twilio; trouble is a result, never an exception.

        The two that may be sent again are told apart with care: before the connection stood,
        nothing can have been accepted; after it, anything can.
        """
        given = parameters(request)
        try:
            message = await self._messages.create_async(**given)
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
        return Accepted(message.sid, our_status(str(message.status or "queued")), _raw(message))

    async def fetch(self, sid: str) -> ProviderMessage | None:
        try:
            return _message_of(await self._messages(sid).fetch_async())
        except TwilioRestException as error:
            if error.status == 404:
                return None
            raise _unavailable(error) from error
        except (Throttled, TwilioException, aiohttp.ClientError, OSError, ValueError) as error:
            raise _unavailable(error) from error

    async def account_state(self) -> AccountState:
        try:
            account = await self._client.api.v2010.accounts(
                self._credentials.external_id
            ).fetch_async()
        except TwilioRestException as error:
            rule = classify(None, error.status)
            if rule.about is About.ACCOUNT and rule.action is Action.PAUSE:
                return AccountState(AccountStatus.ERROR, str(rule.meaning))
            raise _unavailable(error) from error
        except (Throttled, TwilioException, aiohttp.ClientError, OSError, ValueError) as error:
            raise _unavailable(error) from error
        if str(account.status) == "active":
            return AccountState(AccountStatus.CONNECTED)
        return AccountState(AccountStatus.SUSPENDED, _("The provider has closed the account."))

    async def list_messages(
        self, to: str, sent_after: datetime, channel: str = Channel.WHATSAPP.value
    ) -> list[ProviderMessage]:
        """As the protocol has it.

        Twilio's own filter on DateSent is not used: it leaves out the messages that are still
        queued, which are the very ones a search after a crash is for. Its dates are in whole
        seconds, so `sent_after` is taken down to the second.
        """
        try:
            messages = await self._messages.list_async(
                to=to_provider(channel, to), limit=LIST_LIMIT, page_size=LIST_LIMIT
            )
        except (Throttled, TwilioException, aiohttp.ClientError, OSError, ValueError) as error:
            raise _unavailable(error) from error
        return _created_since(messages, sent_after)

    async def list_received(
        self, channel: str, address: str, since: datetime, until: datetime, limit: int | None
    ) -> list[Arrival] | None:
        """As the protocol has it.

        Twilio lists the newest first. A message from a person has its DateSent at once, so Twilio
        can filter by it, in whole seconds.
        """
        try:
            messages = await self._messages.list_async(
                to=to_provider(channel, address),
                date_sent_after=_whole_second(since),
                date_sent_before=_whole_second(until) + timedelta(seconds=1),
                limit=limit,
                page_size=LIST_LIMIT,
            )
        except (Throttled, TwilioException, aiohttp.ClientError, OSError, ValueError) as error:
            raise _unavailable(error) from error
        if limit is not None and len(messages) >= limit:
            return None
        # Turned round before sorting: within a second the list's order is all there is.
        oldest_first = [one for one in reversed(messages) if one.direction == "inbound"]
        return sorted(_received(oldest_first), key=lambda one: one.at)


def parameters(request: OutboundRequest) -> dict[str, Any]:
    """The arguments of Twilio's `messages.create`; what is not set is left out."""
    given = {
        "to": to_provider(request.channel, request.to),
        "from_": request.sender_address and to_provider(request.channel, request.sender_address),
        "messaging_service_sid": request.messaging_service_sid,
        "body": request.body,
        "content_sid": request.content_sid,
        "content_variables": request.content_variables
        and json.dumps(request.content_variables, ensure_ascii=False),
        "status_callback": request.status_callback,
        "validity_period": request.validity_period,
    }
    return {name: value for name, value in given.items() if value}


def _message_of(instance: MessageInstance) -> ProviderMessage:
    channel, to = from_provider(instance.to or "")
    code = instance.error_code
    return ProviderMessage(
        sid=instance.sid or "",
        channel=channel,
        to=to,
        from_=from_provider(instance.from_ or "")[1],
        body=instance.body or "",
        status=our_status(str(instance.status or "")),
        error_code=str(code) if code else None,
        date_created=instance.date_created or instance.date_sent or datetime.now(UTC),
        date_sent=instance.date_sent,
        origin=ORIGINS.get(str(instance.direction), MessageOrigin.REQUEST),
        price=_price(instance.price),
        price_unit=instance.price_unit or "",
    )


def _received(instances: Iterable[MessageInstance]) -> Iterator[Arrival]:
    """Messages from people, as far as the list has them: neither names nor buttons' ids."""
    for one in instances:
        given = {"MessageSid": one.sid, "From": one.from_, "To": one.to, "Body": one.body}
        if str(one.num_media or "0") != "0":
            given["MessageType"] = "document"
        sent_at = one.date_sent or one.date_created or datetime.now(UTC)
        try:
            yield read_inbound({name: text or "" for name, text in given.items()}, at=sent_at)
        except Malformed:
            logger.error("Twilio listed a message without a sid that could be read.")


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
            return Rejected(str(error.code), error.message, 429)
        return NotAccepted(_("The provider asked us to slow down."), error.retry_after)
    if isinstance(error, TwilioRestException):
        status, message = error.status, error.msg.removeprefix("Unable to create record: ")
        # Without a body of Twilio's shape the library repeats the HTTP status as the code.
        code = str(error.code) if error.code and error.code != status else None
    elif isinstance(error, TwilioServiceException):
        status, message = error.status, error.detail or error.title
        code = str(error.code) if error.code else None
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
    return [message for message in map(_message_of, messages) if message.date_created >= floor]


def _whole_second(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)
