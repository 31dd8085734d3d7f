"""From the parameters that Twilio posts to the project's own words.

Source: https://www.twilio.com/docs/messaging/guides/webhook-request. New parameters appear without
notice: what is not named here is left out.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from contacts.spelling.names import tidy_name, written_name
from messaging import content
from messaging.providers.base import Arrival, Malformed, StatusReport
from messaging.states import MESSAGE_SID_LENGTH
from messaging.twilio.addresses import from_provider
from messaging.twilio.parties import origin_of, our_address
from messaging.twilio.statuses import our_status

SID = re.compile(r"[A-Z]{2}[0-9a-fA-F]{32}")
SIDS = ("MessageSid", "SmsMessageSid", "SmsSid")
TYPE = re.compile(r"[a-z_]{1,20}")

# What a message may carry besides its text, and what it is called here.
CONTENT = {
    "ButtonText": content.BUTTON_TEXT,
    "ButtonPayload": content.BUTTON_PAYLOAD,
    "ListTitle": content.LIST_TITLE,
    "ListId": content.LIST_ID,
    "Latitude": content.LATITUDE,
    "Longitude": content.LONGITUDE,
    "Address": content.PLACE_ADDRESS,
    "Label": content.PLACE_NAME,
    "OriginalRepliedMessageSid": content.QUOTED_SID,
    "OriginalRepliedMessageSender": content.QUOTED_SENDER,
    "Forwarded": content.FORWARDED,
    "FrequentlyForwarded": content.OFTEN_FORWARDED,
    "ChannelMetadata": content.CHANNEL_METADATA,
}
MEDIA_URL = re.compile(r"MediaUrl([0-9]{1,2})")
REFERRAL = re.compile(r"Referral(\w{1,40})")
CONTENT_LIMIT = 4_000
# Advanced Opt-Out, which Twilio may do for SMS: it has acted on these, and answered them.
# Source: https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out
ADVANCED_OPT_OUT = {"STOP", "START", "HELP"}

# What the columns have room for: of a message its sid, of a status that is kept all of these.
STATUS_LENGTH, TOKEN_LENGTH, CODE_LENGTH, ERROR_LENGTH = 60, 64, 50, 1_000
NO_CODE = {"", "0"}


def read_inbound(posted: Mapping[str, str], *, at: datetime) -> Arrival:
    """A person's message. Raises Malformed only when it has no sid to be known by."""
    given = {name: _text(value) for name, value in posted.items()}
    sid = _sid(given)
    channel, sender_address = our_address(given.get("To", ""))
    origin = origin_of(
        given.get("From", ""), given.get("ExternalUserId", ""), given.get("WaId", "")
    )
    carried = _content(given)
    return Arrival(
        sid=sid,
        channel=channel,
        sender_address=sender_address,
        phone=origin.phone,
        user_id=origin.user_id,
        other=origin.other,
        name=written_name(tidy_name(given.get("ProfileName", "")[:200])),
        text=given.get("Body", ""),
        type=_type(given.get("MessageType", ""), carried),
        content=carried,
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


def _content(given: Mapping[str, str]) -> dict[str, Any]:
    """What the message carries besides its text, under the names of messaging.content."""
    short = {name: value[:CONTENT_LIMIT] for name, value in given.items()}
    carried: dict[str, Any] = {CONTENT[name]: short[name] for name in short if name in CONTENT}
    numbers = sorted(int(found[1]) for name in short if (found := MEDIA_URL.fullmatch(name)))
    if numbers:
        carried[content.MEDIA] = [
            {"url": short[f"MediaUrl{number}"], "type": short.get(f"MediaContentType{number}", "")}
            for number in numbers
            if f"MediaUrl{number}" in short
        ]
    referral = {
        found[1].lower(): value
        for name, value in short.items()
        if (found := REFERRAL.fullmatch(name))
    }
    if referral:
        carried[content.REFERRAL] = referral
    done = short.get("OptOutType", "").strip().upper()
    if done in ADVANCED_OPT_OUT:
        carried[content.DONE_BY_PROVIDER] = done
    return carried


def _type(given: str, carried: Mapping[str, Any]) -> str:
    """The provider's word for the kind of message, else what its parameters show."""
    if TYPE.fullmatch(given.lower()):
        return given.lower()
    if content.LATITUDE in carried:
        return "location"
    if content.BUTTON_TEXT in carried or content.BUTTON_PAYLOAD in carried:
        return "button"
    if content.LIST_ID in carried:
        return "interactive"
    return _media_type(carried.get(content.MEDIA, []))


def _media_type(media: Sequence[Mapping[str, str]]) -> str:
    """The kind of the first file; "text" without any."""
    if not media:
        return "text"
    if media[0]["type"] == "text/vcard":
        return "contacts"
    kind = media[0]["type"].partition("/")[0]
    return kind if kind in {"image", "audio", "video"} else "document"


def _text(value: str) -> str:
    """Without NUL, which PostgreSQL cannot store."""
    return value.replace("\x00", "")
