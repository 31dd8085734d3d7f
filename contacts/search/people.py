"""What a person types into the search box of a list whose rows belong to people."""

from django.db.models import Q

from contacts.models import Contact
from contacts.search import contact_condition
from waproject.core.admin.lists import SEARCH_COUNT_LIMIT
from waproject.core.db.bulk_lookup import Among


def named_people(text: str) -> Q:
    """The contacts that a text names (contacts.search.contact_condition)."""
    found = _few(text)
    return contact_condition(text) if found is None else Q(Among("pk", int, found))


def of_named_people(text: str) -> Q:
    """The rows, with a `contact`, of the people that a text names."""
    found = _few(text)
    if found is None:
        return contact_condition(text, "contact__")
    return Q(Among("contact_id", int, found))


def _few(text: str) -> list[int] | None:
    """The ids of the people that a text names; None when they are many, or when it is empty.

    A list counts its rows and reads a page of them. Of few people the names were compared twice,
    and with each row of theirs; of many, as many as a page has and as many as are counted are found
    soon.
    """
    if not text.strip():
        return None
    people = Contact.objects.search(text).order_by().values_list("pk", flat=True)
    found = list(people[:SEARCH_COUNT_LIMIT])
    return found if len(found) < SEARCH_COUNT_LIMIT else None
