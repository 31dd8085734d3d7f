"""The one door to Twilio's messages: sending them and asking what became of them."""

import json
import logging
from collections.abc import AsyncIterator, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, BinaryIO

import aiohttp
from django.conf import settings
from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException
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
    ProviderRefuses,
    ProviderUnavailable,
    Rejected,
    RemoteSenders,
    Result,
    Unknown,
)
from messaging.providers.errors import About, Action
from messaging.providers.files import RemoteFile
from messaging.states import AccountStatus
from messaging.twilio import senders
from messaging.twilio.addresses import from_provider, to_provider
from messaging.twilio.clients import (
    TOO_MANY_REQUESTS,
    Connected,
    Throttled,
    fetch_media,
    media_url,
)
from messaging.twilio.errors import classify
from messaging.twilio.statuses import our_status
from messaging.twilio.webhook_fields import read_inbound
from waproject.core.fetching.fetching import Fetched
from waproject.core.text.sentences import gettext as _
from waproject.core.text.sentences import sentence_of

logger = logging.getLogger(__name__)

# More messages to one address than this since a claim is not a history but an accident.
LIST_LIMIT = 1000
# A message has ten files at most.
MOST_FILES = 20

_HEADERS = {"Accept": "application/json"}
_KEPT = ("num_segments", "price", "price_unit", "messaging_service_sid", "error_code")

ORIGINS = {
    "inbound": MessageOrigin.PERSON,
    "outbound-reply": MessageOrigin.ANSWER,
}


class TwilioGateway(Connected):
    """Sends messages over one pool of connections, each request exactly once.

    An async context manager, to be entered in the loop that uses it.
    """

    def __init__(self, credentials: Credentials) -> None:
        super().__init__(credentials, settings.TWILIO_API_BASE_URL)

    def _prepare(self) -> None:
        # The library imports a good deal at this word: now, not within the first slot.
        self._messages = self._client.messages
        self._to_create = f"/Accounts/{self._credentials.external_id}/Messages.json"

    async def send(self, request: OutboundRequest) -> Result:
        """Hand one message to Twilio; trouble is a result, never an exception.

        The two that may be sent again are told apart with care: before the connection stood,
        nothing can have been accepted; after it, anything can.

        By the library's request, and not by its `messages.create`: that reads three dates and
        twenty fields of which nobody looks at more than six: a sixth of the processor's time for a
        message (0.24 ms with it, 0.20 ms without; 8,000 messages in the bare loop of the bench).
        """
        try:
            answer = await self._client.api.v2010.create_async(
                "POST", self._to_create, data=parameters(request), headers=_HEADERS
            )
            sid, status, raw = str(answer["sid"] or ""), answer.get("status"), _raw(answer)
        except (Throttled, TwilioException) as error:
            return _refusal(error)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
            return NotAccepted(_("The provider could not be reached."))
        except TimeoutError:
            return Unknown(_("The provider did not answer in time."))
        except (aiohttp.ClientError, OSError):
            return Unknown(_("The connection broke before the provider answered."))
        except (ValueError, AttributeError, TypeError, KeyError):
            # Not JSON, or JSON of another shape, which the library meets without a check.
            return Unknown(_("The provider's answer could not be read."))
        if not sid:
            return Unknown(_("The provider's answer could not be read."))
        return Accepted(sid, our_status(str(status or "queued")), raw)

    async def fetch(self, sid: str) -> ProviderMessage | None:
        try:
            return _message_of(await self._messages(sid).fetch_async())
        except TwilioRestException as error:
            if error.status == 404:
                return None
            raise unavailable(error) from error
        except (Throttled, TwilioException, aiohttp.ClientError, OSError, ValueError) as error:
            raise unavailable(error) from error

    async def account_state(self) -> AccountState:
        try:
            account = await self._client.api.v2010.accounts(
                self._credentials.external_id
            ).fetch_async()
        except TwilioRestException as error:
            rule = classify(None, error.status)
            if rule.about is About.ACCOUNT and rule.action is Action.PAUSE:
                return AccountState(AccountStatus.ERROR, sentence_of(rule.meaning))
            raise unavailable(error) from error
        except (Throttled, TwilioException, aiohttp.ClientError, OSError, ValueError) as error:
            raise unavailable(error) from error
        if str(account.status) == "active":
            return AccountState(AccountStatus.CONNECTED)
        return AccountState(AccountStatus.SUSPENDED, _("The provider has closed the account."))

    async def list_senders(self) -> RemoteSenders:
        try:
            return await senders.list_senders(self._client)
        except (Throttled, TwilioException, aiohttp.ClientError, OSError, ValueError) as error:
            raise unavailable(error) from error

    async def list_sent(
        self, since: datetime, until: datetime
    ) -> AsyncIterator[list[ProviderMessage]]:
        try:
            page = await self._messages.page_async(
                date_sent_after=_whole_second(since),
                date_sent_before=_whole_second(until) + timedelta(seconds=1),
                page_size=LIST_LIMIT,
            )
            while page is not None:
                yield [_message_of(one) for one in page]
                page = await page.next_page_async()
        except (Throttled, TwilioException, aiohttp.ClientError, OSError, ValueError) as error:
            raise unavailable(error) from error

    async def list_media(self, sid: str) -> list[RemoteFile]:
        try:
            found = await self._messages(sid).media.list_async(limit=MOST_FILES)
        except (Throttled, TwilioException, aiohttp.ClientError, OSError, ValueError) as error:
            raise unavailable(error) from error
        return [RemoteFile(media_url(one.uri), one.content_type or "") for one in found if one.uri]

    async def fetch_media(self, url: str, into: BinaryIO, *, limit: int) -> Fetched:
        return await fetch_media(self._credentials, self._base_url, url, into, limit=limit)

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
            raise unavailable(error) from error
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
            raise unavailable(error) from error
        if limit is not None and len(messages) >= limit:
            return None
        # Turned round before sorting: within a second the list's order is all there is.
        oldest_first = [one for one in reversed(messages) if one.direction == "inbound"]
        return sorted(_received(oldest_first), key=lambda one: one.at)


def parameters(request: OutboundRequest) -> dict[str, object]:
    """The fields of Twilio's form for a new message; what is not set is left out."""
    given = {
        "To": to_provider(request.channel, request.to),
        "From": request.sender_address and to_provider(request.channel, request.sender_address),
        "MessagingServiceSid": request.messaging_service_sid,
        "Body": request.body,
        "ContentSid": request.content_sid,
        "ContentVariables": request.content_variables
        and json.dumps(request.content_variables, ensure_ascii=False),
        "MediaUrl": [*request.media_urls],
        "StatusCallback": request.status_callback,
        "ValidityPeriod": request.validity_period,
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


def _raw(answer: dict[str, Any]) -> dict[str, Any]:
    """What of the answer is worth keeping, JSON-ready; not the text or the addresses we gave."""
    return {name: answer.get(name) for name in _KEPT}


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


def unavailable(error: Exception) -> ProviderUnavailable:
    if isinstance(error, TwilioRestException | TwilioServiceException):
        if error.status in {401, 403}:
            return ProviderRefuses(
                _(
                    "The provider does not let the account in (HTTP %(status)s, code %(code)s): its"
                    " token is wrong, or it may not do this."
                )
                % {"status": error.status, "code": error.code}
            )
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
