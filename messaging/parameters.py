"""From the parameters that the provider posts to the project's own words.

Source: https://www.twilio.com/docs/messaging/guides/webhook-request. New parameters appear without
notice: what is not named here is left out.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from messaging.inbound import Arrival
from messaging.parties import origin_of, our_address
from messaging.states import MessageStatus
from messaging.statuses import StatusReport
from messaging.twilio.addresses import from_provider

SID = re.compile(r"[A-Z]{2}[0-9a-fA-F]{32}")
SIDS = ("MessageSid", "SmsMessageSid", "SmsSid")
ERROR_CODE = re.compile(r"[0-9]{1,9}")
TYPE = re.compile(r"[a-z_]{1,20}")

# What a message may carry besides its text.
CONTENT = re.compile(
    r"(?:Media(?:Url|ContentType)\d{1,2}|Latitude|Longitude|Address|Label|Button(?:Text|Payload)"
    r"|List(?:Id|Title)|OriginalRepliedMessageS(?:id|ender)|Forwarded|FrequentlyForwarded"
    r"|Referral\w{1,40}|OptOutType|ChannelMetadata)"
)
CONTENT_LIMIT = 4_000

# The provider's statuses of a message that was sent; `scheduled` is accepted and waits.
STATUSES = {
    **{status: status for status in MessageStatus.values if status != MessageStatus.RECEIVED},
    "scheduled": MessageStatus.ACCEPTED,
}


class Malformed(ValueError):
    """Why a request of the provider cannot be understood, in a sentence."""


def read_arrival(posted: Mapping[str, str], *, at: datetime) -> Arrival:
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
    return Arrival(
        sid=sid,
        channel=channel,
        sender_address=sender_address,
        phone=origin.phone,
        user_id=origin.user_id,
        other=origin.other,
        name=given.get("ProfileName", "").strip()[:200],
        text=given.get("Body", ""),
        type=_type(given.get("MessageType", ""), content),
        content=content,
        at=at,
        is_machine=origin.is_machine,
    )


def read_status(posted: Mapping[str, str], *, token: str, at: datetime) -> StatusReport:
    """The report on a message of ours; `token` is that of its callback URL. Raises Malformed."""
    sid = _sid(posted)
    status = STATUSES.get(_required(posted, "MessageStatus"))
    if status is None:
        raise Malformed(_("MessageStatus is none of the statuses of a sent message."))
    error_code = posted.get("ErrorCode", "")
    if error_code and not ERROR_CODE.fullmatch(error_code):
        raise Malformed(_("ErrorCode is not a number."))
    error_message = posted.get("ErrorMessage") or posted.get("ChannelStatusMessage") or ""
    _channel, address = from_provider(posted.get("To", ""))
    return StatusReport(
        sid=sid,
        status=status,
        token=_text(token)[:64],
        error_code=int(error_code) if error_code else None,
        error_message=_text(error_message)[:1_000],
        at=at,
        address=_text(address)[:64],
    )


def _required(posted: Mapping[str, str], name: str) -> str:
    value = posted.get(name, "").strip()
    if not value:
        raise Malformed(_("The parameter %(name)s is missing.") % {"name": name})
    return value


def _sid(posted: Mapping[str, str]) -> str:
    """The message's sid; older kinds of requests have it under the older names alone."""
    sid = next(filter(None, (posted.get(name, "").strip() for name in SIDS)), "")
    if not sid:
        raise Malformed(_("The parameter %(name)s is missing.") % {"name": SIDS[0]})
    if not SID.fullmatch(sid):
        raise Malformed(_("MessageSid is two letters followed by 32 hexadecimal digits."))
    return sid


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
