"""Two contacts that are one person become one.

Each app moves its rows of the contact that goes: CONTACT_MERGERS in the settings names the
functions, in the order in which all code locks rows (contact, recipient, conversation).
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from django.conf import settings
from django.utils.module_loading import import_string

from contacts.actions import ContactAction
from contacts.models import Address, Contact, ContactStatus, ImportedPerson, Note, Vehicle
from contacts.phones.keys import phone_key
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
        return self._phones[0] if self._phones else None

    @property
    def second_phone(self) -> str | None:
        """The other phone, when the two are different lines: it becomes a further address."""
        phones = self._phones
        is_second = len(phones) == 2 and phone_key(phones[0]) != phone_key(phones[1])
        return phones[1] if is_second else None

    @property
    def _phones(self) -> list[str]:
        """The kept contact's first, unless the provider said that it reaches nobody."""
        phones = [one.phone for one in (self.kept, self.gone) if one.phone]
        statuses = (self.kept.status, self.gone.status)
        is_invalid = statuses == (ContactStatus.INVALID, ContactStatus.ACTIVE)
        return phones[::-1] if is_invalid else phones


# Moves the rows of an app; returns how many rows of each kind (their plural) it moved. May raise
# CannotMerge: then nothing is changed.
Merger = Callable[[Merge], Mapping[str, int]]


class CannotMerge(Exception):
    """Why two contacts cannot become one now, in a sentence."""


def merge(kept_id: int, gone_id: int, *, by: Actor) -> Counter[str]:
    """Make one contact of two; return how many rows of each kind moved to the one that stays.

    An opt-out of either holds, and what only one of them has is kept; where both have a value, that
    of the contact that stays is taken. One transaction: a second merge at the same moment waits,
    and then finds one of the contacts gone (Contact.DoesNotExist). CannotMerge: try again later.
    """
    with acting(by, ContactAction.MERGE) as event:
        moving = _lock(kept_id, gone_id)
        event.about, event.before = moving.kept, {"joined": gone_id}
        moved: Counter[str] = Counter()
        for merger in _mergers():
            moved.update(merger(moving))
        moved.update(_move_links(moving))
        _move_imports(moving)
        _complete(moving)
        event.after = dict(+moved)
    return +moved


def pairs() -> Iterator[tuple[int, int | None]]:
    """Each contact without a key, after the contact that has its key (None: there is none)."""
    for pk, phone in Contact.objects.unmerged().order_by("pk").values_list("pk", "phone"):
        holder = Contact.objects.filter(phone_key=phone_key(phone or "")).first()
        yield pk, holder.pk if holder else None


def give_key(contact_id: int, *, by: Actor) -> None:
    """Give an unmerged contact its key, and make it active, once no other contact has that key."""
    contact = Contact.objects.unmerged().get(pk=contact_id)
    with acting(by, ContactAction.MAKE_REACHABLE, contact) as event:
        event.before = {"status": contact.status}
        contact.save(update_fields=["phone", "updated_at"])
        Contact.objects.filter(pk=contact_id, status=ContactStatus.INVALID).update(
            status=ContactStatus.ACTIVE
        )
        contact.refresh_from_db(fields=["status"])
        event.after = {"status": contact.status}


def _mergers() -> list[Merger]:
    return [import_string(name) for name in settings.CONTACT_MERGERS]


def _lock(kept_id: int, gone_id: int) -> Merge:
    # Not the key: a worker that settles a send may still insert rows that refer to these people.
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
    """Tags that the kept contact lacks, and all addresses and notes of the other."""
    before = moving.kept.tags.count()
    moving.kept.tags.add(*moving.gone.tags.all())
    return {
        str(Contact.tags.rel.model._meta.verbose_name_plural): moving.kept.tags.count() - before,
        str(Address._meta.verbose_name_plural): _move_addresses(moving),
        str(Note._meta.verbose_name_plural): Note.objects.filter(contact=moving.gone).update(
            contact=moving.kept
        ),
    }


def _move_imports(moving: Merge) -> None:
    """Whom an import took is the contact that stays."""
    taken = ImportedPerson.objects.filter(contact=moving.gone)
    own = ImportedPerson.objects.filter(contact=moving.kept).values("job")
    taken.exclude(job__in=own).update(contact=moving.kept)


def _move_addresses(moving: Merge) -> int:
    """Give the kept contact the addresses of the other, and the phone that is its second one."""
    both = Address.objects.filter(contact__in=[moving.kept, moving.gone])
    # The phone that is no longer Contact.phone has no row that bars it.
    owner = moving.kept if moving.phone == moving.kept.phone else moving.gone
    both.filter(bars_phone=True).exclude(contact=owner).delete()
    moved = both.filter(contact=moving.gone).update(contact=moving.kept)
    if moving.phone:
        both.filter(channel=AddressChannel.PHONE, key=phone_key(moving.phone)).delete()
    if not (second := moving.second_phone):
        return moved
    _row, is_new = Address.objects.get_or_create(
        channel=AddressChannel.PHONE,
        key=phone_key(second),
        defaults={"contact": moving.kept, "value": second},
    )
    return moved + is_new


def _complete(moving: Merge) -> None:
    """Delete the one that goes, and fill in what the kept one lacks."""
    gone = moving.gone
    kept = Contact.objects.get(pk=moving.kept.pk)  # with the status that the mergers gave it
    gone.delete()
    kept.phone = moving.phone
    for name in _FILLED_IN:
        if not getattr(kept, name):
            setattr(kept, name, getattr(gone, name))
    kept.custom_fields = {**gone.custom_fields, **kept.custom_fields}
    kept.created_at = min(kept.created_at, gone.created_at)
    if kept.status == ContactStatus.INVALID and gone.status == ContactStatus.ACTIVE:
        kept.status = gone.status
    kept.save()


_FILLED_IN = ("name", "email", "language", "time_zone")
