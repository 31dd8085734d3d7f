"""Somebody who was erased writes again: they are a new person, and still opted out."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from django.utils.translation import gettext as _

from contacts.models import Address, Contact, ContactStatus
from contacts.privacy.hashes import erased_among, forget, is_anybody_remembered
from optouts.models import Reason
from optouts.operations import opt_out


class Arrived(Protocol):
    """What this needs of an inbound message (messaging.inbound.types.Inbound)."""

    @property
    def people(self) -> list[Contact]: ...


def keep_opted_out(arrived: Sequence[Arrived]) -> Mapping[Any, Any]:
    """Opt those out again who had opted out before they were erased; answer nobody.

    It comes before the words of the message are heard, so that an opt-in in it counts.
    """
    known = {
        person.pk: (person, [person.phone] if person.phone else [])
        for one in arrived
        for person in one.people
        if person.status != ContactStatus.OPTED_OUT
    }
    if not known or not is_anybody_remembered():
        return {}
    for pk, value in _other_addresses(known):
        known[pk][1].append(value)
    erased = erased_among(address for _person, own in known.values() for address in own)
    for person, own in known.values() if erased else ():
        if erased.intersection(own):
            note = _("Had opted out before their data was erased.")
            opt_out(person, reason=Reason.USER_REQUEST, note=note)
            forget(own)
    return {}


def _other_addresses(people: Mapping[int, Any]) -> list[tuple[int, str]]:
    rows = Address.objects.identities()
    return list(rows.filter(contact__in=[*people]).values_list("contact_id", "value"))
