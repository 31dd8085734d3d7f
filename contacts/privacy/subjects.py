"""One person, as each app looks for what it holds of them."""

import operator
import unicodedata
from dataclasses import dataclass
from functools import reduce
from typing import Any

from django.db.models import Q, QuerySet

from contacts.models import Contact
from contacts.phones.keys import spellings
from contacts.phones.masks import HIDDEN
from contacts.search.lookups import struck_out
from contacts.states import STAND_IN


class CannotErase(Exception):
    """Why a person cannot be erased now, in a sentence."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A person by their contact, and by all addresses in all spellings.

    `stand_in` is what rows have in place of an address that they must keep one: it tells nothing
    of the person, and is the same in all rows, so that they still belong together.
    """

    contact: Contact
    addresses: frozenset[str]

    @property
    def stand_in(self) -> str:
        return f"{STAND_IN}{self.contact.pk}"

    @property
    def words(self) -> list[str]:
        """What names the person in a text: addresses, and a name of more than one word.

        A single word, such as Ana, is part of other words and the name of other people. The name
        is there in capitals, in small letters and without accents too: SQLite takes É and é for two
        letters.
        """
        name, email = self.contact.name.strip(), self.contact.email
        further = [email] if email else []
        return [*sorted(self.addresses), *further, *(_written(name) if " " in name else [])]


def _written(name: str) -> list[str]:
    decomposed = unicodedata.normalize("NFD", name)
    plain = "".join(char for char in decomposed if not unicodedata.combining(char))
    return sorted({name, name.upper(), name.lower(), plain})


def strike_out(rows: "QuerySet[Any]", subject: Subject) -> int:
    """Strike out what names the person in the column `text` of rows about others; say of how many.

    Each row is read whose text has one of the words.
    """
    words = subject.words
    if not words:
        return 0
    named = reduce(operator.or_, (Q(text__icontains=word) for word in words))
    struck = 0
    for pk, text in rows.filter(named).order_by("pk").values_list("pk", "text"):
        struck += rows.filter(pk=pk).update(text=struck_out(text, words, HIDDEN))
    return struck


def subject_of(contact: Contact) -> Subject:
    """The person of a contact, with the addresses that are stored now."""
    phones = spellings(contact.phone) if contact.phone else []
    others = [
        spelled
        for value in contact.addresses.values_list("value", flat=True)
        for spelled in spellings(value)
    ]
    return Subject(contact, frozenset([*phones, *others]))
