"""Who may see people, and figures about few of them."""

from typing import Any

# Names, phones and texts of people are shown to users with this permission, on every page.
SEE_PEOPLE = "contacts.view_contact"
# A smaller number says something about single persons: “1” for an audience of one phone.
FEWEST_COUNTED = 5


def may_see_people(user: Any) -> bool:
    """Whether pages may show this user names, phones and texts of people."""
    return bool(user.has_perm(SEE_PEOPLE))


def may_count_people(user: Any, count: int) -> bool:
    """Whether this user may be told figures about a group of `count` people."""
    return count >= FEWEST_COUNTED or may_see_people(user)
