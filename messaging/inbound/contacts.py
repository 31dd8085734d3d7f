"""Who wrote: the contact behind a phone, a WhatsApp user id, both, or any other address."""

import logging
from collections.abc import Container, Iterable, Mapping, Sequence

from django.db import InterfaceError, OperationalError, connection

from contacts.merging import CannotMerge, merge
from contacts.models import Contact
from contacts.phone_keys import phone_key
from messaging.inbound.types import Arrival, Person
from optouts.operations import carry_phone
from waproject.core.db.bulk_lookup import as_parameter, is_among
from waproject.core.db.retry import persistently
from waproject.core.text.errors import kind_and_place

logger = logging.getLogger(__name__)


def contacts_of(arrivals: Sequence[Arrival]) -> list[Person]:
    """Who wrote each message: the contact with its phone, else with its user id, else a new one.

    The rows are locked, in order of id, until the transaction ends. The name of a known person
    stays as it is.
    """
    known = _lock(arrivals)
    if unknown := [one for one in arrivals if _is_unknown(one, known)]:
        _make(unknown, known)
        known |= _lock(unknown)
    return [_person(one, known) for one in arrivals]


def contacts_at_hand(arrivals: Sequence[Arrival]) -> list[Person | None]:
    """The same, without waiting for people whom another transaction has locked: None for those.

    None too for a person known by their user id who writes from another phone.
    """
    known = _lock(arrivals, waiting=False)
    elsewhere: set[str] = set()
    if in_doubt := [one for one in arrivals if one.addresses - known.keys()]:
        # Who is locked elsewhere looks unknown; an attempt to insert them would wait as well.
        elsewhere = _found(in_doubt).keys() - known.keys()
        taken = known.keys() | elsewhere
        if unknown := [one for one in in_doubt if not (one.addresses & taken)]:
            _make(unknown, known)
            known |= _lock(unknown, waiting=False)
            elsewhere |= _addresses_of(*unknown) - known.keys()
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
        persistently(merge)(*pair)
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


def complete_addresses(person: Person, arrival: Arrival) -> None:
    """Give the contact the addresses that are new, unless another contact has them.

    Of two user ids of one phone the latest counts: WhatsApp gives a person a new one now and then.
    To be called after the campaign's recipient is locked: a change of a unique column keeps rows
    that refer to the contact from being inserted, and whoever settles a send does just that.
    """
    contact = person.contact
    if person.has_new_user_id(arrival):
        contact.whatsapp_user_id = arrival.user_id
        contact.save(update_fields=["whatsapp_user_id", "updated_at"])
    if arrival.phone and not contact.phone:
        contact.phone = arrival.phone
        contact.save(update_fields=["phone", "updated_at"])
        carry_phone(contact)


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
    return Person(contact, by_user_id if by_user_id != contact else None)


def _make(unknown: Iterable[Arrival], known: Container[str]) -> None:
    """Make a contact for each, without a user id that another has.

    In one order, so that two transactions never wait for each other.
    """
    Contact.objects.bulk_create(
        [
            Contact(
                phone=one.phone,
                whatsapp_user_id=None if one.user_id in known else one.user_id,
                other_address=one.other,
                name=one.name,
            )
            for one in sorted(unknown, key=lambda one: one.address)
        ],
        ignore_conflicts=True,
    )


def _lock(arrivals: Iterable[Arrival], *, waiting: bool = True) -> dict[str, Contact]:
    """The contacts that have an address of these messages, by address, locked.

    Without waiting, those that another transaction has locked are left out.
    """
    if not connection.features.has_select_for_no_key_update:
        return _found(arrivals)
    # No key: rows that refer to this person may still be inserted elsewhere meanwhile.
    return _found(arrivals, f"FOR NO KEY UPDATE{'' if waiting else ' SKIP LOCKED'}")


def _found(arrivals: Iterable[Arrival], locking: str = "") -> dict[str, Contact]:
    """The contacts that have an address of these messages, by address."""
    spelt: dict[str, set[str]] = {}  # by key
    for phone in (one.phone for one in arrivals if one.phone):
        spelt.setdefault(phone_key(phone), set()).add(phone)
    others = {one for arrival in arrivals for one in (arrival.user_id, arrival.other) if one}
    phones, listed = set().union(*spelt.values()), as_parameter(others)
    # As text: composing it takes the ORM longer than the database takes to answer.
    found = Contact.objects.raw(
        f"SELECT * FROM contacts WHERE {is_among('phone_key')}"  # noqa: S608
        f" OR (phone_key IS NULL AND phone IS NOT NULL AND {is_among('phone')})"
        f" OR {is_among('whatsapp_user_id')} OR {is_among('other_address')}"
        f" ORDER BY id {locking}",
        [as_parameter(spelt), as_parameter(phones), listed, listed],
    )
    known: dict[str, Contact] = {}
    for contact in found:
        addresses = (contact.phone, contact.whatsapp_user_id, contact.other_address)
        own = {one for one in addresses if one}
        if contact.is_unmerged:  # by its phone only where its other half is gone
            known = {**dict.fromkeys(own, contact), **known}
            continue
        names = {*own, *spelt.get(contact.phone_key or "", ())}
        known.update(dict.fromkeys(names, contact))
    return known


def _addresses_of(*arrivals: Arrival) -> set[str]:
    return set().union(*(one.addresses for one in arrivals))
