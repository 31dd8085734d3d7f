"""The conditions that a claim, and the last look, put to the row that they move."""

from django.db.models import Exists, OuterRef
from django.db.models.expressions import Combinable

from contacts.models import ChannelBlock, Contact, ContactStatus
from messaging.delivery.addresses import present_address
from messaging.delivery.models import DeliveryStream
from messaging.delivery.states import StreamState
from optouts.models import Hold, OptOut


def may_leave(channel: str) -> tuple[Combinable, ...]:
    """That a delivery's stream is open, and its person may be written to at the row's address.

    It is the one that the contact has now, and nobody opted out with it: the number may have
    belonged to another contact then. Without a join: so an UPDATE can test it as it moves the row.
    """
    streams = DeliveryStream.objects.filter(pk=OuterRef("stream"), state=StreamState.OPEN)
    people = Contact.objects.alias(goes_to=present_address(channel)).filter(
        pk=OuterRef("contact"), status=ContactStatus.ACTIVE, goes_to=OuterRef("address")
    )
    blocks = ChannelBlock.objects.filter(contact=OuterRef("contact"), channel=channel)
    holds = Hold.objects.open().filter(contact=OuterRef("contact"))
    listed = OptOut.objects.filter(phone=OuterRef("address"))
    return Exists(streams), Exists(people), ~Exists(blocks), ~Exists(holds), ~Exists(listed)
