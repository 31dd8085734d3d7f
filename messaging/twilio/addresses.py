"""Between the project's addresses and the provider's spelling of them.

Everywhere else an address is an E.164 phone (`+56975400946`) or a WhatsApp business-scoped id
(`CL.1234`), and the channel stands in a field of its own. Twilio writes both in one string.
"""

WHATSAPP = "whatsapp"
SMS = "sms"
RCS = "rcs"

# Twilio writes a phone number for SMS bare, and every other channel as a prefix.
_PREFIXED = {WHATSAPP, RCS, "messenger"}


def to_provider(channel: str, address: str) -> str:
    """The address as Twilio wants it: `whatsapp:+56975400946`, or the bare phone for SMS."""
    return f"{channel}:{address}" if channel in _PREFIXED else address


def from_provider(address: str) -> tuple[str, str]:
    """The channel and the bare address of a From or To, e.g. `("whatsapp", "+56975400946")`.

    A `+` that a careless proxy decoded to a space, as in `whatsapp: 56975400946`, is restored.
    """
    channel, colon, bare = address.partition(":")
    if not colon:
        channel, bare = SMS, address
    if bare[:1] == " " and bare[1:].isdigit():
        bare = f"+{bare[1:]}"
    return channel.strip().lower(), bare.strip()
