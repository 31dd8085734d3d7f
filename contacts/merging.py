"""Two contacts that are one person become one.

Each app moves what it keeps about the one who goes: CONTACT_MERGERS in the settings names the
functions, in the order in which everybody locks rows (contact, recipient, conversation).
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from django.conf import settings
from django.utils.module_loading import import_string

from contacts.actions import ContactAction
from contacts.models import Address, Contact, ContactStatus, Vehicle
from contacts.phone_keys import phone_key
from contacts.states import AddressChannel
from waproject.accounts.actors import Actor
from waproject.audit.acting import acting


@dataclass(frozen=True, slots=True)
class Merge:
    """One person's two contacts, both locked: `gone` is deleted when all has moved to `kept`.

    `vehicles` has, for each vehicle that both have, the id of the kept one by that of the other.
    """

    kept: Contact
    gone: Contact
    vehicles: Mapping[int, int] = field(default_factory=dict)

    @property
    def phone(self) -> str | None:
        """The phone that the one contact has in the end."""
        return self.kept.phone or self.gone.phone


# Moves what an app keeps; returns how many rows of each kind (their plural) it moved. May raise
# CannotMerge: then nothing is changed.
Merger = Callable[[Merge], Mapping[str, int]]


class CannotMerge(Exception):
    """Why two contacts cannot become one now, in a sentence."""


def merge(kept_id: int, gone_id: int, *, by: Actor) -> Counter[str]:
    """Make one contact of two; return how many rows of each kind moved to the one that stays.

    An opt-out of either holds, and what only one of them has is kept; where both say something,
    the one that stays has the word. One transaction: a rival merge waits, and then finds one of
    the contacts gone (Contact.DoesNotExist). CannotMerge: try again later.
    """
    with acting(by, ContactAction.MERGE) as event:
        moving = _lock(kept_id, gone_id)
        event.about, event.before = moving.kept, {"joined": gone_id}
        moved: Counter[str] = Counter()
        for merger in _mergers():
            moved.update(merger(moving))
        moved.update(_move_links(moving))
        _complete(moving)
        event.after = dict(+moved)
    return +moved


def pairs() -> Iterator[tuple[int, int | None]]:
    """Each contact without a key, after the contact that has its key (None: there is none)."""
    for pk, phone in Contact.objects.unmerged().order_by("pk").values_list("pk", "phone"):
        holder = Contact.objects.filter(phone_key=phone_key(phone or "")).first()
        yield pk, holder.pk if holder else None


def give_key(contact_id: int) -> None:
    """Let an unmerged contact, whose other half is gone, be written to again."""
    contact = Contact.objects.unmerged().get(pk=contact_id)
    contact.save(update_fields=["phone", "updated_at"])
    Contact.objects.filter(pk=contact_id, status=ContactStatus.INVALID).update(
        status=ContactStatus.ACTIVE
    )


def _mergers() -> list[Merger]:
    return [import_string(name) for name in settings.CONTACT_MERGERS]


def _lock(kept_id: int, gone_id: int) -> Merge:
    # No key yet: whoever settles a send may still refer to these people, and ends before us.
    rows = Contact.objects.select_for_update(no_key=True).filter(pk__in=[kept_id, gone_id])
    people = {one.pk: one for one in rows.order_by("pk")}
    if len(people) < 2:
        raise Contact.DoesNotExist
    kept, gone = people[kept_id], people[gone_id]
    return Merge(kept, gone, _move_vehicles(kept, gone))


def _move_vehicles(kept: Contact, gone: Contact) -> dict[int, int]:
    """Give the kept contact the vehicles it lacks; return those that both have."""
    own = {_named(one): one.pk for one in kept.vehicles.all()}
    same = {one.pk: own[_named(one)] for one in gone.vehicles.all() if _named(one) in own}
    Vehicle.objects.filter(contact=gone).exclude(pk__in=same).update(contact=kept)
    return same


def _named(vehicle: Vehicle) -> tuple[str, str, int, str]:
    return vehicle.make.casefold(), vehicle.model.casefold(), vehicle.year, vehicle.link


def _move_links(moving: Merge) -> dict[str, int]:
    """Tags that the kept contact lacks, and all addresses of the other."""
    before = moving.kept.tags.count()
    moving.kept.tags.add(*moving.gone.tags.all())
    return {
        str(Contact.tags.rel.model._meta.verbose_name_plural): moving.kept.tags.count() - before,
        str(Address._meta.verbose_name_plural): _move_addresses(moving.kept, moving.gone),
    }


def _move_addresses(kept: Contact, gone: Contact) -> int:
    """Give the kept contact the addresses of the other, whose phone may be its second one."""
    rows = Address.objects.filter(contact=gone)
    if kept.phone:  # what barred the other phone bars nothing any more
        rows.filter(bars_phone=True).delete()
    moved = rows.update(contact=kept)
    if not (kept.phone and gone.phone) or phone_key(kept.phone) == phone_key(gone.phone):
        return moved
    second = Address(contact=kept, channel=AddressChannel.PHONE, value=gone.phone)
    second.save()
    return moved + 1


def _complete(moving: Merge) -> None:
    """Delete the one that goes, and fill in what the kept one lacks."""
    gone = moving.gone
    kept = Contact.objects.get(pk=moving.kept.pk)  # with the status that the mergers gave it
    gone.delete()
    for name in ("phone", *_SAID):
        if not getattr(kept, name):
            setattr(kept, name, getattr(gone, name))
    kept.custom_fields = {**gone.custom_fields, **kept.custom_fields}
    kept.created_at = min(kept.created_at, gone.created_at)
    if kept.status == ContactStatus.INVALID and gone.status == ContactStatus.ACTIVE:
        kept.status = gone.status
    kept.save()


_SAID = ("name", "email", "language", "time_zone")
