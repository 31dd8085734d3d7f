"""The addresses of a message, of its writer and of ours, in every form that Twilio sends.

A request with the provider's signature is never refused for its addresses: a person may stand
behind any of them, and their BAJA counts. Known shapes, in Twilio's spelling: `+56975400946` (SMS),
`whatsapp:+56975400946`, `whatsapp:CL.1234` (a person without a phone here), `2345` (short code),
`Banco` (alphanumeric sender), `rcs:agent`, `messenger:1234`. Any other is kept as it came.
Sources: https://www.twilio.com/docs/messaging/guides/webhook-request,
https://www.twilio.com/docs/messaging/channels.
"""

import hashlib
import re
from dataclasses import dataclass

from contacts.models import ADDRESS_LENGTH
from contacts.phones import PhoneError, parse_phone
from messaging.models import Channel
from messaging.providers.base import UNKNOWN_ADDRESS
from messaging.twilio.addresses import RCS, from_provider

PHONE = re.compile(r"\+[1-9][0-9]{6,14}")
# Two letters of a country, and up to 128 letters and digits by Meta's description.
USER_ID = re.compile(r"[A-Z]{2}\.[0-9A-Za-z._-]+")
# What these channels call a person by is a phone, where it has the length of one.
_OF_PHONES = {Channel.WHATSAPP.value, Channel.SMS.value, RCS}
_LONG_NUMBER = re.compile(r"\+?[0-9]{9,15}")
# What programs between us and a telephone may leave in a number.
_BETWEEN_DIGITS = re.compile(r"[ ().-]")
_DIGEST = 64


@dataclass(frozen=True, slots=True)
class Origin:
    """The known addresses of the person who wrote: each belongs to one person.

    `phone` is E.164, `user_id` is WhatsApp's id of a person; `other` is any other address as it
    came, when there is neither. `is_machine`: an SMS from a short code or a name, behind which
    there is mostly a program.
    """

    phone: str | None = None
    user_id: str | None = None
    other: str | None = None
    is_machine: bool = False


def origin_of(sender: str, external_user_id: str = "", wa_id: str = "") -> Origin:
    """The writer's addresses from the parameters From, ExternalUserId and WaId, if present."""
    channel, address = from_provider(sender)
    phone, user_id = _phone(channel, address), _user_id(address)
    if channel == Channel.WHATSAPP:
        # A message from one address of a person may name the other: From a user id, WaId a phone.
        phone = phone or _phone(channel, f"+{wa_id.strip().removeprefix('+')}")
        user_id = user_id or _user_id(wa_id.strip())
    user_id = user_id or _user_id(from_provider(external_user_id)[1])
    if phone or user_id or not sender.strip():
        return Origin(phone, user_id)
    return Origin(other=bounded(sender.strip()), is_machine=channel == Channel.SMS)


def our_address(to: str) -> tuple[str, str]:
    """The channel and the address of ours that the parameter To names.

    An address that no campaign could use as its sender is of the channel `other`, with its prefix.
    """
    channel, address = from_provider(to)
    if channel == Channel.WHATSAPP and PHONE.fullmatch(address):
        return channel, address
    if channel == Channel.SMS and address:
        return channel, bounded(address)
    return Channel.OTHER.value, bounded(to.strip()) or UNKNOWN_ADDRESS


def bounded(address: str) -> str:
    """The address in at most ADDRESS_LENGTH characters, the rest replaced by its digest.

    So a column has room for it, and two different addresses stay two.
    """
    if len(address) <= ADDRESS_LENGTH:
        return address
    digest = hashlib.sha256(address.encode(errors="surrogatepass")).hexdigest()
    return f"{address[: ADDRESS_LENGTH - _DIGEST]}{digest}"


def _user_id(address: str) -> str | None:
    return bounded(address) if USER_ID.fullmatch(address) else None


def _phone(channel: str, address: str) -> str | None:
    """The address in E.164 if it is a phone, also one of a numbering plan that is unknown here."""
    if channel in _OF_PHONES:
        address = _BETWEEN_DIGITS.sub("", address)
    if not PHONE.fullmatch(address) and not (
        channel in _OF_PHONES and _LONG_NUMBER.fullmatch(address)
    ):
        return None
    try:
        return parse_phone(address)
    except PhoneError:
        return address if PHONE.fullmatch(address) else None
