"""People in the search over everything: by the start or the end of a phone, and by name."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from contacts.models import Contact
from contacts.permissions import may_see_people, said_address
from contacts.search.people import last_digits
from waproject.core.admin.searching import MOST_FOUND, Found, Hit, Search


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
    if len(people) <= MOST_FOUND:
        return found
    return Found(
        found.label,
        found.icon,
        found.hits,
        reverse("admin:contacts_contact_changelist", query={"q": search.text}),
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
