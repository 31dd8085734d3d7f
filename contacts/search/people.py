"""What a person types into the search box of a list whose rows belong to people."""

from django.db.models import Q, QuerySet

from contacts.models import Contact
from contacts.permissions import may_see_addresses
from contacts.search import contact_condition
from contacts.search.owners import or_owners
from waproject.core.admin.lists import SEARCH_COUNT_LIMIT
from waproject.core.db.bulk_lookup import Among

# Fewer digits end too many phones.
FEWEST_LAST_DIGITS, MOST_LAST_DIGITS = 4, 9


def named_people(text: str) -> Q:
    """The contacts that a text names (contacts.search.contact_condition), or what they drive.

    Where no phone begins with its digits, those whose phone ends with them.
    """
    found = _few(text)
    named = contact_condition(text) if found is None else Q(Among("pk", int, found))
    return or_owners(named, text)


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
    found = _ids(Contact.objects.search(text))
    if not found and (digits := last_digits(text)):
        found = _ids(Contact.objects.filter(phone__endswith=digits))
    return found if len(found) < SEARCH_COUNT_LIMIT else None


def _ids(people: QuerySet[Contact]) -> list[int]:
    return list(people.order_by().values_list("pk", flat=True)[:SEARCH_COUNT_LIMIT])


def last_digits(text: str) -> str:
    """The digits of a text that may be the end of a phone; "" when it is none, or may not be."""
    digits = "".join(filter(str.isdigit, text))
    is_end = not any(map(str.isalpha, text)) and not text.strip().startswith("+")
    if not is_end or not FEWEST_LAST_DIGITS <= len(digits) <= MOST_LAST_DIGITS:
        return ""
    return digits if may_see_addresses() else ""
