"""People in the search over everything: by the start or end of a phone, by name, by vehicle."""

from dataclasses import replace

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from contacts.models import Contact
from contacts.permissions import may_see_people, said_address
from contacts.search.owners import vehicles_named
from contacts.search.people import last_digits
from waproject.core.admin.searching import MOST_FOUND, Found, Hit, Search

# Some have several vehicles of a model.
LOOKED_AT = 5 * MOST_FOUND


def find_people(search: Search) -> Found:
    """The people that a text names, for the users who may see them."""
    found = Found(_("People"), "person")
    if not may_see_people(search.user):
        return found
    people = people_of(search)
    found.hits.extend(
        Hit(
            person.name or said_address(person.address),
            reverse("admin:contacts_contact_change", args=[person.pk]),
            said_address(person.address) if person.name else "",
        )
        for person in people[:MOST_FOUND]
    )
    return _with_list(found, search) if len(people) > MOST_FOUND else found


def find_owners(search: Search) -> Found:
    """The people who drive the model that a text names, the latest vehicles first."""
    found = Found(_("Owners of vehicles"), "car")
    vehicles = vehicles_named(search.text) if may_see_people(search.user) else None
    if vehicles is None:
        return found
    latest = vehicles.select_related("contact").prefetch_related("contact__addresses")
    owned = {row.contact_id: row for row in latest.order_by("-pk")[:LOOKED_AT]}
    for row in [*owned.values()][:MOST_FOUND]:
        address = said_address(row.contact.address)
        url = reverse("admin:contacts_contact_change", args=[row.contact_id])
        detail = f"{row}, {address}" if row.contact.name else str(row)
        found.hits.append(Hit(row.contact.name or address, url, detail))
    return _with_list(found, search) if len(owned) > MOST_FOUND else found


def _with_list(found: Found, search: Search) -> Found:
    """The same with the way to the list of all."""
    return replace(
        found, more_url=reverse("admin:contacts_contact_changelist", query={"q": search.text})
    )


def people_of(search: Search) -> list[Contact]:
    """The first people of a search, one more than are shown. Looked for once in a search."""
    if "people" not in search.known:
        search.known["people"] = _people_named(search.text)
    people: list[Contact] = search.known["people"]
    return people


def _people_named(text: str) -> list[Contact]:
    """People by the start of a phone, else by its last digits, or by name or e-mail.

    The start is found by an index, so that the phones are read through only when it gave nothing.
    """
    people = Contact.objects.order_by("-pk").prefetch_related("addresses")
    started = list(people.search(text)[: MOST_FOUND + 1])
    digits = last_digits(text)
    if started or not digits:
        return started
    return list(people.filter(phone__endswith=digits)[: MOST_FOUND + 1])
