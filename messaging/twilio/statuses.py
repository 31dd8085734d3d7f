"""Between Twilio's words for the status of a message and ours."""

from messaging.states import OUTBOUND_STATUSES, MessageStatus

# What is scheduled is accepted and waits.
_OURS = {"scheduled": MessageStatus.ACCEPTED.value}


def our_status(word: str) -> str:
    """Our status for Twilio's word; a word that is new to us comes back as it is."""
    lowered = word.lower()
    known = _OURS.get(lowered, lowered)
    return known if known in OUTBOUND_STATUSES else word
