"""The deliveries of a stream that are due, with all that a claim must know of each."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Case, F, OuterRef, When
from django.db.models.expressions import Combinable

from contacts.addresses import address_on, is_second_phone
from contacts.models import Contact
from contacts.phones.keys import phone_key, spellings
from contacts.phones.zones import zone_names
from messaging.content import ATTACHED
from messaging.delivery.claiming.reach import ANSWERED, PERSON
from messaging.delivery.models import Delivery, DeliveryStream, Lane
from messaging.delivery.reasons import Why
from messaging.delivery.sources import Change
from messaging.delivery.timing.daily_limit import free_of_charge
from optouts.reachability import Purpose, barrier
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
    def key(self) -> str:
        """The address as it is compared: the same line in another spelling has the same."""
        return phone_key(self.address or "")

    @property
    def why_barred(self) -> Why:
        """Why this person may not be written to at this address; false if they may."""
        return Why(self.barrier)

    def skipped(self, stream: DeliveryStream, why: Why, at: datetime) -> Change:
        """That it is not to leave, for its source."""
        return Change(
            token=self.token,
            stream=stream,
            at=at,
            contact_id=self.contact_id,
            address=self.phone,
            attempts=self.attempts,
            retries=self.retries,
            why=why,
            body=self.body,
            asked_by=self.asked_by_id,
            attached=self.variables.get(ATTACHED, ""),
        )


def lock_due(
    stream: DeliveryStream, lane: Lane, limit: int, now: datetime, *, but: Collection[int] = ()
) -> list[Due]:
    """Up to `limit` deliveries of a stream that are due, locked, but those with these ids.

    The longest due first. While the sender waits for room in its daily limit, those who cost
    nothing of it.
    """
    channel, purpose = lane.sender.channel, Purpose(stream.purpose)
    person = ANSWERED if purpose is Purpose.REPLY else PERSON
    rows = (
        Delivery.objects.waiting()
        .filter(stream=stream.pk, due_at__lte=now)
        .annotate(address_now=_address_now(channel, purpose))
        .annotate(barrier=barrier(channel, purpose, person))
        .order_by("due_at", "pk")
        .select_for_update(skip_locked=True, of=("self",))
    )
    if but:
        rows = rows.exclude(Among("pk", int, but))
    if lane.waits_for_room(now):
        rows = rows.filter(contact__in=free_of_charge(lane.sender, now))
    found = [Due(*row) for row in rows.values_list(*_COLUMNS)[:limit]]
    return _with_corrections(stream, found)


def _address_now(channel: str, purpose: Purpose) -> Combinable:
    """Where the person is reached; an answer goes to the second phone that it was written for."""
    reached = address_on(channel, "contact__")
    if purpose is not Purpose.REPLY:
        return reached
    stays = is_second_phone(OuterRef("contact"), OuterRef("address"))
    return Case(When(stays, then=F("address")), default=reached)


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
    addresses = every_spelling(corrected.values())
    others = Delivery.objects.in_hand().filter(stream=stream.pk, address__in=addresses)
    in_the_air = {phone_key(address) for address in others.values_list("address", flat=True)}
    zones = {} if stream.hours.always_open else _zones(corrected.values())
    return [
        one._replace(
            time_zone=zones.get(one.contact_id, one.time_zone),
            in_the_air=one.key in in_the_air,
        )
        if one.pk in corrected
        else one
        for one in found
    ]


def every_spelling(due: Iterable[Due]) -> list[str]:
    """Their present addresses, phones in each spelling that the provider may know."""
    return [text for one in due if one.address for text in spellings(one.address)]


def _zones(people: Iterable[Due]) -> dict[int, str]:
    """The time zones of their contacts (Delivery.time_zone), by the contact's id."""
    contacts = Contact.objects.filter(pk__in=[one.contact_id for one in people])
    return {contact.pk: zone_names(contact) for contact in contacts}
