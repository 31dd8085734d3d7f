"""The conditions that a claim, and the last look, put to the row of a delivery."""

from django.db.models import Exists, OuterRef, Q

from messaging.delivery.models import DeliveryStream
from messaging.delivery.states import StreamState
from optouts.reachability import Purpose, Row, may_write

# The person of a delivery, at whatever address; and at the one that the delivery has.
_REPLY = {"until": "valid_until", "asked_at": "asked_at"}
PERSON = Row(contact="contact", **_REPLY)
# An answer goes to a second phone too; `address_now` is annotated (due.py).
ANSWERED = Row(contact="contact", goes_to="address_now", **_REPLY)
ADDRESSED = Row(contact="contact", goes_to="address", **_REPLY)


def may_leave(channel: str, purpose: str) -> Q:
    """That a delivery's stream is open, and its person may be written to at the row's address.

    Without a join: so an UPDATE can test it as it moves the row.
    """
    streams = DeliveryStream.objects.filter(pk=OuterRef("stream"), state=StreamState.OPEN)
    return Q(Exists(streams)) & may_write(channel, Purpose(purpose), ADDRESSED)
