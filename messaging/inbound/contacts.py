"""The contact who wrote, found by a phone, a WhatsApp user id, both, or any other address."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import InterfaceError, OperationalError, connection

from contacts.merging import CannotMerge, merge
from contacts.models import Address, Contact
from contacts.phones.keys import phone_key
from contacts.states import AddressChannel
from messaging.inbound.types import Arrival, Person
from optouts.operations import add_phone_to_opt_out
from waproject.accounts.actors import SYSTEM
from waproject.core.db.bulk_lookup import as_parameter, is_among
from waproject.core.db.retry import persistently
from waproject.core.text.errors import kind_and_place
from waproject.tenants.scope import current_tenant_id

logger = logging.getLogger(__name__)


def lock_contacts(arrivals: Sequence[Arrival]) -> list[Person]:
    """The contact who wrote each message: found by its phone, else by its user id, else made.

    The rows are locked, in order of id, until the transaction ends. The name of a known person
    stays as it is.
    """
    known = _lock(arrivals)
    if unknown := [one for one in arrivals if _is_unknown(one, known)]:
        _make(unknown)
        known |= _lock(unknown)
    return [_person(one, known) for one in arrivals]


def lock_contacts_without_waiting(arrivals: Sequence[Arrival]) -> list[Person | None]:
    """The same, without waiting for people whom another transaction has locked: None for those.

    None too for a person known by their user id who writes from another phone.
    """
    known = _lock(arrivals, waiting=False)
    elsewhere: set[str] = set()
    if in_doubt := [one for one in arrivals if one.addresses - known.keys()]:
        # A contact that is locked elsewhere looks unknown. Inserting it would wait for that lock.
        elsewhere = _found(in_doubt).keys() - known.keys()
        taken = known.keys() | elsewhere
        if unknown := [one for one in in_doubt if not (one.addresses & taken)]:
            _make(unknown)
            known |= _lock(unknown, waiting=False)
            elsewhere |= {one.address for one in unknown} - known.keys()
    return [
        None if one.addresses & elsewhere or _is_unknown(one, known) else _person(one, known)
        for one in arrivals
    ]


def join_contacts(arrival: Arrival) -> None:
    """Make one contact of two when the message names both of a person's addresses.

    Alone and before the message is taken in: it locks more than a message does. Where that
    cannot be now, the handlers see both contacts, and the next message tries again.
    """
    pair = mergeable(arrival)
    if pair is None:
        return
    try:
        persistently(merge)(*pair, by=SYSTEM)
        logger.info("Contact %d joined contact %d: one person's two addresses.", pair[1], pair[0])
    except (CannotMerge, Contact.DoesNotExist) as error:
        logger.info("Contacts %d and %d stay two for now: %s.", *pair, type(error).__name__)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        logger.error("Contacts %d and %d could not be joined: %s", *pair, kind_and_place(error))


def mergeable(arrival: Arrival) -> tuple[int, int] | None:
    """The contacts of the phone and of the user id of one message: one person who stands in two.

    None when there is only one; or when the one with the user id has a phone of its own: the person
    may have passed that on to somebody else.
    """
    if not (arrival.phone and arrival.user_id):
        return None
    known = _found([arrival])
    by_phone, by_user_id = known.get(arrival.phone), known.get(arrival.user_id)
    if by_phone and by_user_id and by_phone != by_user_id and not by_user_id.phone:
        return by_phone.pk, by_user_id.pk
    return None


def complete_addresses(people: Sequence[Person], arrivals: Sequence[Arrival]) -> None:
    """Give the contacts the addresses that no contact has yet.

    A person may have several user ids, as WhatsApp gives them a new one now and then: the latest
    counts. An id that another transaction stores at this moment is an IntegrityError: try again.
    To be called after the campaign's recipient is locked: a new phone changes a unique column,
    which keeps rows that refer to the contact from being inserted; settling a send inserts such a
    row.
    """
    ids = [(one.new_user_id, one.contact.pk) for one in people if one.new_user_id]
    _insert_addresses((AddressChannel.WHATSAPP, address, contact) for address, contact in ids)
    for person, arrival in zip(people, arrivals, strict=True):
        if person.lacks_phone_of(arrival):
            person.contact.phone = arrival.phone
            person.contact.save(update_fields=["phone", "updated_at"])
            add_phone_to_opt_out(person.contact)


def _is_unknown(arrival: Arrival, known: Mapping[str, Contact]) -> bool:
    """Whether no contact stands for the sender.

    A phone is a person's own: where the contact with the user id has another one, the new phone
    needs a contact too. An opt-out that came from it must hold for it.
    """
    if arrival.phone and arrival.phone not in known:
        by_user_id = known.get(arrival.user_id or "")
        return by_user_id is None or bool(by_user_id.phone)
    return not arrival.addresses & known.keys()


def _person(arrival: Arrival, known: Mapping[str, Contact]) -> Person:
    by_user_id = known.get(arrival.user_id or "")
    contact = known.get(arrival.phone or "") or by_user_id or known.get(arrival.other or "")
    if contact is None:
        raise Contact.DoesNotExist
    new = arrival.user_id if by_user_id is None else None
    return Person(contact, by_user_id if by_user_id != contact else None, new)


def _make(unknown: Iterable[Arrival]) -> None:
    """Make a contact for each. One with a phone gets the user id later, if no other has it.

    In one order, so that two transactions never wait for each other.
    """
    in_order = sorted(unknown, key=lambda one: one.address)
    with_phone = [Contact(phone=one.phone, name=one.name) for one in in_order if one.phone]
    Contact.objects.bulk_create(with_phone, ignore_conflicts=True)
    others = [one for one in in_order if not one.phone]
    made = Contact.objects.bulk_create(Contact(name=one.name) for one in others)
    _insert_addresses(
        (one.address_channel, one.address, contact.pk)
        for one, contact in zip(others, made, strict=True)
    )


def _insert_addresses(rows: Iterable[tuple[str, str, int]]) -> None:
    """Store addresses of (channel, address, id of the contact), which no contact has yet."""
    Address.objects.bulk_create(
        Address(channel=channel, value=value, key=value, contact_id=pk)
        for channel, value, pk in sorted(rows)
    )


def _lock(arrivals: Iterable[Arrival], *, waiting: bool = True) -> dict[str, Contact]:
    """The contacts that have an address of these messages, by address, locked.

    Without waiting, those that another transaction has locked are left out.
    """
    if not connection.features.has_select_for_no_key_update:
        return _found(arrivals)
    # No key: rows that refer to this person may still be inserted elsewhere meanwhile.
    return _found(arrivals, f"FOR NO KEY UPDATE OF contacts{'' if waiting else ' SKIP LOCKED'}")


def _found(arrivals: Iterable[Arrival], locking: str = "") -> dict[str, Contact]:
    """The contacts that have an address of these messages, by address.

    A contact whose own phone it is comes before a contact that has it as a second phone.
    """
    spelt: dict[str, set[str]] = {}  # by key
    for phone in (one.phone for one in arrivals if one.phone):
        spelt.setdefault(phone_key(phone), set()).add(phone)
    others = {one for arrival in arrivals for one in (arrival.user_id, arrival.other) if one}
    phones = set().union(*spelt.values())
    own: dict[str, Contact] = {}
    further: dict[str, Contact] = {}
    unmerged: dict[str, Contact] = {}
    for contact in _contacts_with(spelt.keys(), phones, others, locking):
        if contact.by_address:
            by_it = spelt.get(contact.by_address, {contact.by_address})
            further.update(dict.fromkeys(by_it, contact))
        elif contact.is_unmerged:  # by its phone only where its other half is gone
            unmerged[contact.phone] = contact
        elif contact.phone_key in spelt:  # else it was changed while we waited for the lock
            own.update(dict.fromkeys({contact.phone, *spelt[contact.phone_key]}, contact))
    return {**unmerged, **further, **own}


def _contacts_with(
    keys: Iterable[str], phones: Iterable[str], others: Iterable[str], locking: str
) -> Iterable[Any]:
    """Contacts by their phone's key; by phone, without a key; and, `by_address`, by another one.

    As text: for eight people 0.5 ms of the processor, and 2.2 by the ORM (PostgreSQL), which takes
    longer to compose the statement than the database to answer it. The ids come from
    a subquery, as PostgreSQL would read everyone for an OR over two tables.
    """
    tenant = f"tenant_id = {current_tenant_id()}"
    return Contact.objects.raw(
        "SELECT contacts.*, named.by_address FROM ("  # noqa: S608
        f"SELECT id, '' AS by_address FROM contacts WHERE {tenant} AND {is_among('phone_key')}"
        f" UNION ALL SELECT id, '' FROM contacts WHERE {tenant}"
        f" AND phone_key IS NULL AND phone IS NOT NULL AND {is_among('phone')}"
        f" UNION ALL SELECT contact_id, key FROM contact_addresses WHERE {tenant}"
        f" AND {is_among('key')} AND NOT bars_phone"
        f") AS named JOIN contacts ON contacts.id = named.id ORDER BY contacts.id {locking}",
        [as_parameter(keys), as_parameter(phones), as_parameter([*keys, *others])],
    )
