"""The checks Twilio makes on the parameters of a new message, in its order and its words.

Source: https://www.twilio.com/docs/messaging/api/message-resource and /docs/api/errors.
"""

import json
import re
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

E164 = re.compile(r"\+[1-9]\d{6,14}")
BUSINESS_SCOPED_ID = re.compile(r"[A-Z]{2}\.[0-9A-Za-z]{1,128}")
SHORT_OR_NAMED = re.compile(r"\d{3,6}|[0-9A-Za-z ]{1,11}")
SERVICE_SID = re.compile(r"MG[0-9a-fA-F]{32}")
CONTENT_SID = re.compile(r"HX[0-9a-fA-F]{32}")

MAX_BODY = 1600
MAX_VARIABLES, MAX_VARIABLE_NAME, MAX_VARIABLE_VALUE = 100, 16, 1600
MAX_VALIDITY_SECONDS = 36_000
# Of one message; WhatsApp takes one.
MAX_MEDIA = 10


class TwilioError(Exception):
    """An error in the shape Twilio answers it."""

    def __init__(self, code: int, message: str, status: int = 400) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message
        self.status = status

    def answer(self) -> dict[str, object]:
        return {
            "code": self.code,
            "message": self.message,
            "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
            "status": self.status,
        }


def check(parameters: Mapping[str, str], media: Sequence[str] = ()) -> None:
    """Raise TwilioError for the first parameter of a new message that Twilio would refuse.

    `media` are the values of MediaUrl, which may come several times.
    """
    _check_recipient(parameters.get("To", ""))
    _check_sender(parameters)
    _check_content(parameters, media)
    _check_media(media, parameters["To"])
    _check_callback(parameters.get("StatusCallback"))
    _check_validity(parameters.get("ValidityPeriod"))


def channel_of(address: str) -> str:
    """`whatsapp` for `whatsapp:+56…`, `sms` for a bare number."""
    channel, colon, _bare = address.partition(":")
    return channel if colon else "sms"


def is_address(address: str) -> bool:
    """A phone on SMS or WhatsApp, or a WhatsApp business-scoped id."""
    channel, bare = channel_of(address), address.rpartition(":")[2]
    if channel == "whatsapp":
        return bool(E164.fullmatch(bare) or BUSINESS_SCOPED_ID.fullmatch(bare))
    return channel == "sms" and bool(E164.fullmatch(bare))


def _check_recipient(to: str) -> None:
    if not to:
        raise TwilioError(21604, "A 'To' phone number is required.")
    if not is_address(to):
        raise TwilioError(21211, f"The 'To' number {to} is not a valid phone number.")


def _check_sender(parameters: Mapping[str, str]) -> None:
    sender, service = parameters.get("From", ""), parameters.get("MessagingServiceSid", "")
    if not (sender or service):
        raise TwilioError(21603, "A 'From' phone number is required.")
    if service and not SERVICE_SID.fullmatch(service):
        raise TwilioError(21705, "The Messaging Service Sid is invalid.")
    if sender and not (is_address(sender) or SHORT_OR_NAMED.fullmatch(sender)):
        raise TwilioError(21212, f"The 'From' number {sender} is not a valid phone number.")
    if sender and channel_of(sender) != channel_of(parameters["To"]):
        raise TwilioError(
            21910, "Invalid From and To pair. From and To should be of the same channel"
        )


def _check_content(parameters: Mapping[str, str], media: Sequence[str]) -> None:
    body, content_sid = parameters.get("Body", ""), parameters.get("ContentSid", "")
    if not (body or content_sid or any(media)):
        raise TwilioError(21619, "A text message body or media urls must be specified.")
    if len(body) > MAX_BODY:
        raise TwilioError(21617, "The concatenated message body exceeds the 1600 character limit.")
    if content_sid and not CONTENT_SID.fullmatch(content_sid):
        raise TwilioError(21655, "The ContentSid is invalid.")
    if "ContentVariables" in parameters and not _are_variables(parameters["ContentVariables"]):
        raise TwilioError(21656, "The ContentVariables parameter is invalid.")


def _check_media(media: Sequence[str], to: str) -> None:
    if len(media) > (1 if channel_of(to) == "whatsapp" else MAX_MEDIA):
        raise TwilioError(21623, "Number of media files exceeds allowed limit")
    for url in media:
        if not _is_web_address(url):
            raise TwilioError(21620, f"Invalid media URL(s): {url}")


def _are_variables(text: str) -> bool:
    try:
        variables = json.loads(text)
    except ValueError:
        return False
    if not isinstance(variables, dict) or len(variables) > MAX_VARIABLES:
        return False
    return all(
        len(name) <= MAX_VARIABLE_NAME
        and isinstance(value, str)
        and len(value) <= MAX_VARIABLE_VALUE
        for name, value in variables.items()
    )


def _check_callback(url: str | None) -> None:
    if url is None:
        return
    if not _is_web_address(url):
        raise TwilioError(21609, f"The 'StatusCallback' URL {url} is not a valid URL.")


def _is_web_address(url: str) -> bool:
    """Unlike Twilio's, this machine's own addresses are good here: they are all there is."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    return bool(host) and "_" not in host and parts.scheme in {"http", "https"}


def _check_validity(seconds: str | None) -> None:
    if seconds is None:
        return
    if not (seconds.isdigit() and 1 <= int(seconds) <= MAX_VALIDITY_SECONDS):
        raise TwilioError(90007, f"The ValidityPeriod {seconds} is invalid.")
