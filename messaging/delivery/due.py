"""The deliveries of a stream that are due, with all that a claim must know of each."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Exists, F, OuterRef

from contacts.models import ChannelBlock, Contact
from contacts.zones import zone_names
from messaging.delivery import reasons
from messaging.delivery.addresses import present_address
from messaging.delivery.daily_limit import free_of_charge
from messaging.delivery.models import Delivery, DeliveryStream, Lane
from optouts.models import Hold, OptOut
from waproject.core.db.bulk_lookup import each


class Due(NamedTuple):
    """One delivery that is due. `phone` is the row's address, `address` that of the contact now.

    They differ when staff corrected the contact since it was queued, or since the last attempt.
    `in_the_air` says that another message of the stream may be on its way to that address.
    """

    pk: int
    contact_id: int
    phone: str
    time_zone: str
    body: str
    content_sid: str
    variables: dict[str, Any]
    token: str
    attempts: int
    retries: int
    valid_until: datetime | None
    asked_by_id: int | None
    contact_status: str
    held: bool
    blocked: bool
    address: str | None
    address_opted_out: bool
    in_the_air: bool = False

    @property
    def is_corrected(self) -> bool:
        return self.address != self.phone

    @property
    def why_barred(self) -> reasons.Text | None:
        """Why this person may not be written to at this address; None if they may."""
        if barred := reasons.why_not_writable(self.contact_status, self.held, self.blocked):
            return barred
        if not self.address:
            return reasons.NO_ADDRESS
        return reasons.OPTED_OUT if self.address_opted_out else None


def lock_due(
    stream: DeliveryStream, lane: Lane, limit: int, now: datetime, *, but: Collection[int] = ()
) -> list[Due]:
    """Up to `limit` deliveries of a stream that are due, locked, but those with these ids.

    The longest due first. While the sender waits for room in its daily limit, those who cost
    nothing of it.
    """
    channel = lane.sender.channel
    blocks = ChannelBlock.objects.filter(contact=OuterRef("contact"), channel=channel)
    rows = (
        Delivery.objects.waiting()
        .filter(stream=stream.pk, due_at__lte=now)
        .annotate(
            contact_status=F("contact__status"),
            held=Exists(Hold.objects.open().filter(contact=OuterRef("contact"))),
            blocked=Exists(blocks),
            address_now=present_address(channel, "contact__"),
            address_opted_out=Exists(OptOut.objects.filter(phone=OuterRef("contact__phone"))),
        )
        .order_by("due_at", "pk")
        .select_for_update(skip_locked=True, of=("self",))
    )
    if but:
        rows = rows.exclude(pk__in=each(int, but))
    if lane.waits_for_room(now):
        rows = rows.filter(contact__in=free_of_charge(lane.sender, now))
    found = [Due(*row) for row in rows.values_list(*_COLUMNS)[:limit]]
    return _with_corrections(stream, _with_spellings(found))


_RENAMED = {"phone": "address", "address": "address_now"}
_COLUMNS = [_RENAMED.get(name, name) for name in Due._fields if name not in Due._field_defaults]


def _with_spellings(found: list[Due]) -> list[Due]:
    """The same deliveries; those are barred whose number opted out in another spelling."""
    listed = OptOut.objects.listed(one.address for one in found if one.address)
    if not listed:
        return found
    return [one._replace(address_opted_out=True) if one.address in listed else one for one in found]


def _with_corrections(stream: DeliveryStream, found: list[Due]) -> list[Due]:
    """The same deliveries; the corrected ones with the time zone of their contact as it is now."""
    corrected = {one.pk: one for one in found if one.is_corrected and one.address}
    if not corrected:
        return found
    addresses = {one.address for one in corrected.values()}
    others = Delivery.objects.in_hand().filter(stream=stream.pk, address__in=addresses)
    in_the_air = set(others.values_list("address", flat=True))
    zones = {} if stream.hours.always_open else _zones(corrected.values())
    return [
        one._replace(
            time_zone=zones.get(one.contact_id, one.time_zone),
            in_the_air=one.address in in_the_air,
        )
        if one.pk in corrected
        else one
        for one in found
    ]


def _zones(people: Iterable[Due]) -> dict[int, str]:
    """The time zones of their contacts (Delivery.time_zone), by the contact's id."""
    contacts = Contact.objects.filter(pk__in=[one.contact_id for one in people])
    return {contact.pk: zone_names(contact) for contact in contacts}
