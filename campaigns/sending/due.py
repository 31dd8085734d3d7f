"""The recipients that are due, with all that a claim must know of each."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from campaigns import reasons
from campaigns.models import Campaign, Recipient
from campaigns.querysets import PERSON
from campaigns.states import RecipientStatus
from contacts.addresses import address_on
from contacts.models import Contact
from contacts.zones import zone_names
from messaging.daily_limit import free_of_charge
from optouts.reachability import Barrier, Purpose, barrier

_IN_THE_AIR = (RecipientStatus.CLAIMED, RecipientStatus.UNCERTAIN)


class Due(NamedTuple):
    """One recipient that is due. `phone` is the row's address, `address` that of the contact now.

    `barrier` is the code of what keeps the person from being written to, empty when nothing does.
    The addresses differ when staff corrected the contact since the launch, or since the last
    attempt. Of another recipient of the campaign with the same address, `had_it` says that the
    message went there, `in_the_air` that it may be on its way there.
    """

    pk: int
    contact_id: int
    phone: str
    time_zone: str
    address: str | None
    barrier: str
    had_it: bool = False
    in_the_air: bool = False

    @property
    def is_corrected(self) -> bool:
        return self.address != self.phone

    @property
    def why_barred(self) -> reasons.Text | None:
        """Why this person may not be written to at this address; None if they may."""
        if self.barrier:
            return Barrier(self.barrier).label
        return reasons.HAD_IT if self.had_it else None


def lock_due(campaign: Campaign, limit: int, now: datetime) -> list[Due]:
    """Up to `limit` recipients that are due, locked.

    Those that waited for a moment come first, the longest waiting first; then the others by id.
    """
    channel = campaign.sender.channel
    rows = (
        Recipient.objects.filter(campaign=campaign.pk, status=RecipientStatus.PENDING)
        .annotate(
            address=address_on(channel, "contact__"),
            barrier=barrier(channel, Purpose.MARKETING, PERSON),
        )
        .select_for_update(skip_locked=True, of=("self",))
    )
    if campaign.room_at(now):
        rows = rows.filter(contact__in=free_of_charge(campaign.sender, now))
    # Each is one stretch of an index, already in order; together they would be all that is pending.
    stretches = (
        rows.filter(not_before__lte=now).order_by("not_before", "pk"),
        rows.filter(not_before__isnull=True).order_by("pk"),
    )
    columns = [name for name in Due._fields if name not in Due._field_defaults]
    found: list[Due] = []
    for stretch in stretches:
        if room := limit - len(found):
            found += [Due(*row) for row in stretch.values_list(*columns)[:room]]
    return _with_corrections(campaign, found)


def _with_corrections(campaign: Campaign, found: list[Due]) -> list[Due]:
    """The same recipients; the corrected ones with the time zone and the past of their address."""
    corrected = {one.pk: one for one in found if one.is_corrected and one.address}
    if not corrected:
        return found
    addresses = {one.address for one in corrected.values()}
    others = Recipient.objects.filter(campaign=campaign.pk, phone__in=addresses)
    had_it = set(others.filter(sent_at__isnull=False).values_list("phone", flat=True))
    in_the_air = set(others.filter(status__in=_IN_THE_AIR).values_list("phone", flat=True))
    zones = {} if campaign.hours.always_open else _zones(corrected.values())
    return [
        one._replace(
            time_zone=zones.get(one.contact_id, one.time_zone),
            had_it=one.address in had_it,
            in_the_air=one.address in in_the_air,
        )
        if one.pk in corrected
        else one
        for one in found
    ]


def _zones(people: Iterable[Due]) -> dict[int, str]:
    """The time zones of their contacts (Recipient.time_zone), by the contact's id."""
    contacts = Contact.objects.filter(pk__in=[one.contact_id for one in people])
    return {contact.pk: zone_names(contact) for contact in contacts}
