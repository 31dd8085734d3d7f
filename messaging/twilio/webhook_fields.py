"""From the parameters that Twilio posts to the project's own words.

Source: https://www.twilio.com/docs/messaging/guides/webhook-request. New parameters appear without
notice: what is not named here is left out.
"""

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from contacts.names import tidy_name
from messaging.providers.base import InboundMessage, Malformed, StatusReport
from messaging.states import MESSAGE_SID_LENGTH
from messaging.twilio.addresses import from_provider
from messaging.twilio.parties import origin_of, our_address
from messaging.twilio.statuses import our_status

SID = re.compile(r"[A-Z]{2}[0-9a-fA-F]{32}")
SIDS = ("MessageSid", "SmsMessageSid", "SmsSid")
TYPE = re.compile(r"[a-z_]{1,20}")

# What a message may carry besides its text.
CONTENT = re.compile(
    r"(?:Media(?:Url|ContentType)\d{1,2}|Latitude|Longitude|Address|Label|Button(?:Text|Payload)"
    r"|List(?:Id|Title)|OriginalRepliedMessageS(?:id|ender)|Forwarded|FrequentlyForwarded"
    r"|Referral\w{1,40}|OptOutType|ChannelMetadata)"
)
CONTENT_LIMIT = 4_000

# What the columns have room for: of a message its sid, of a status that is kept all of these.
STATUS_LENGTH, TOKEN_LENGTH, CODE_LENGTH, ERROR_LENGTH = 60, 64, 50, 1_000
NO_CODE = {"", "0"}


def read_inbound(posted: Mapping[str, str], *, at: datetime) -> InboundMessage:
    """A person's message. Raises Malformed only when it has no sid to be known by."""
    given = {name: _text(value) for name, value in posted.items()}
    sid = _sid(given)
    channel, sender_address = our_address(given.get("To", ""))
    origin = origin_of(
        given.get("From", ""), given.get("ExternalUserId", ""), given.get("WaId", "")
    )
    content = {
        name: value[:CONTENT_LIMIT] for name, value in given.items() if CONTENT.fullmatch(name)
    }
    return InboundMessage(
        sid=sid,
        channel=channel,
        sender_address=sender_address,
        phone=origin.phone,
        user_id=origin.user_id,
        other=origin.other,
        name=tidy_name(given.get("ProfileName", "")[:200]),
        text=given.get("Body", ""),
        type=_type(given.get("MessageType", ""), content),
        content=content,
        at=at,
        is_machine=origin.is_machine,
    )


def read_status(posted: Mapping[str, str], *, token: str, at: datetime) -> StatusReport:
    """The report on a message of ours; `token` is that of its callback URL.

    Never refuses: whatever is new to us is there as it came, cut to what can be stored. Case and
    spaces around the status are the provider's affair. An error code without room in its column
    stands before the error's text.
    """
    sid = _cut(posted.get("MessageSid") or posted.get("SmsSid", ""), MESSAGE_SID_LENGTH)
    status = _cut(posted.get("MessageStatus") or posted.get("SmsStatus", ""), STATUS_LENGTH)
    error_code, error_message = _error(posted)
    _channel, address = from_provider(posted.get("To", ""))
    return StatusReport(
        sid=sid,
        status=our_status(status),
        token=_cut(token, TOKEN_LENGTH),
        error_code=error_code,
        error_message=error_message,
        at=at,
        address=_cut(address, 64),
        is_named=bool(SID.fullmatch(sid)),
    )


def _error(posted: Mapping[str, str]) -> tuple[str | None, str]:
    """The error's code, None when there is none or no room for it, and its text."""
    code = _text(posted.get("ErrorCode", "")).strip()
    text = posted.get("ErrorMessage") or posted.get("ChannelStatusMessage") or ""
    if len(code) <= CODE_LENGTH:
        return None if code in NO_CODE else code, _cut(text, ERROR_LENGTH)
    return None, _cut(f"{code}: {text}", ERROR_LENGTH)


def _cut(value: str, length: int) -> str:
    """As it came, without NUL and spaces around it, and no longer than that."""
    return _text(value).strip()[:length]


def _sid(posted: Mapping[str, str]) -> str:
    """The message's sid; older kinds of requests have it under the older names alone.

    One in a form that is new to us counts as well; one without room in its column, by its digest.
    """
    sid = next(filter(None, (posted.get(name, "").strip() for name in SIDS)), "")
    if not sid:
        raise Malformed(_("The parameter %(name)s is missing.") % {"name": SIDS[0]})
    if len(sid) <= MESSAGE_SID_LENGTH:
        return sid
    return hashlib.sha256(sid.encode(errors="surrogatepass")).hexdigest()


def _type(given: str, content: Mapping[str, Any]) -> str:
    """The provider's word for the kind of message, else what its parameters show."""
    if TYPE.fullmatch(given.lower()):
        return given.lower()
    if "Latitude" in content:
        return "location"
    if "ButtonText" in content or "ButtonPayload" in content:
        return "button"
    if "ListId" in content:
        return "interactive"
    media = content.get("MediaContentType0", "")
    if media == "text/vcard":
        return "contacts"
    kind = media.partition("/")[0]
    if kind in {"image", "audio", "video"}:
        return kind
    return "document" if media else "text"


def _text(value: str) -> str:
    """Without NUL, which PostgreSQL cannot store."""
    return value.replace("\x00", "")
