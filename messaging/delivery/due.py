"""The deliveries of a stream that are due, with all that a claim must know of each."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, NamedTuple

from contacts.addresses import address_on
from contacts.models import Contact
from contacts.zones import zone_names
from messaging.delivery import reasons
from messaging.delivery.daily_limit import free_of_charge
from messaging.delivery.models import Delivery, DeliveryStream, Lane
from messaging.delivery.reach import PERSON
from optouts.reachability import Barrier, Purpose, barrier
from waproject.core.db.bulk_lookup import Among


class Due(NamedTuple):
    """One delivery that is due. `phone` is the row's address, `address` that of the contact now.

    `barrier` is the code of what keeps the person from being written to, empty when nothing does.
    The addresses differ when staff corrected the contact since it was queued, or since the last
    attempt.
    `in_the_air` says that another message of the stream may be on its way to that address.
    """

    pk: int
    contact_id: int
    phone: str
    time_zone: str
    body: str
    template_version_id: int | None
    content_sid: str | None
    variables: dict[str, Any]
    token: str
    attempts: int
    retries: int
    valid_until: datetime | None
    asked_by_id: int | None
    address: str | None
    barrier: str
    in_the_air: bool = False

    @property
    def is_corrected(self) -> bool:
        return self.address != self.phone

    @property
    def why_barred(self) -> reasons.Text | None:
        """Why this person may not be written to at this address; None if they may."""
        return Barrier(self.barrier).label if self.barrier else None


def lock_due(
    stream: DeliveryStream, lane: Lane, limit: int, now: datetime, *, but: Collection[int] = ()
) -> list[Due]:
    """Up to `limit` deliveries of a stream that are due, locked, but those with these ids.

    The longest due first. While the sender waits for room in its daily limit, those who cost
    nothing of it.
    """
    channel = lane.sender.channel
    rows = (
        Delivery.objects.waiting()
        .filter(stream=stream.pk, due_at__lte=now)
        .annotate(
            address_now=address_on(channel, "contact__"),
            barrier=barrier(channel, Purpose(stream.purpose), PERSON),
        )
        .order_by("due_at", "pk")
        .select_for_update(skip_locked=True, of=("self",))
    )
    if but:
        rows = rows.exclude(Among("pk", int, but))
    if lane.waits_for_room(now):
        rows = rows.filter(contact__in=free_of_charge(lane.sender, now))
    found = [Due(*row) for row in rows.values_list(*_COLUMNS)[:limit]]
    return _with_corrections(stream, found)


_RENAMED = {
    "phone": "address",
    "address": "address_now",
    "content_sid": "template_version__content_sid",
}
_COLUMNS = [_RENAMED.get(name, name) for name in Due._fields if name not in Due._field_defaults]


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
