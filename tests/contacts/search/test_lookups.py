import unicodedata

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from contacts.models import Contact
from contacts.search.lookups import sounds
from waproject.core.db.bulk_insert import refresh_statistics
from waproject.tenants.scope import current_tenant_id

PEOPLE = ["Íñigo MUÑOZ", "José Peña", "jose pena", "100% [Auto]*?", "Ana O'Higgins–Lyon"]


def names(**lookup: str) -> list[str]:
    return list(Contact.objects.filter(**lookup).order_by("pk").values_list("name", flat=True))


@pytest.fixture
def people(db) -> None:
    for number, name in enumerate(PEOPLE):
        Contact.objects.create(phone=f"+5691111222{number}", name=name)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("munoz", ["Íñigo MUÑOZ"]),
        ("Muñoz", ["Íñigo MUÑOZ"]),
        ("peña", ["José Peña", "jose pena"]),
        ("JOSÉ P", ["José Peña", "jose pena"]),
        ("100%", ["100% [Auto]*?"]),
        ("[auto]*?", ["100% [Auto]*?"]),
        ("o’higgins", ["Ana O'Higgins–Lyon"]),
        ("O`Higgins-lyon", ["Ana O'Higgins–Lyon"]),
        (".*", []),
        ("1?0", []),
    ],
)
def test_sounds_passes_over_case_and_accents(people, typed, found):
    assert names(name__sounds=typed) == found
    assert [name for name in PEOPLE if sounds(name, typed)] == found


@pytest.mark.parametrize(
    ("typed", "found"),
    [("José", ["José Peña"]), ("100% [", ["100% [Auto]*?"]), ("ose", []), ("1%", []), ("1*", [])],
)
def test_prefix_is_letter_for_letter(people, typed, found):
    assert names(name__prefix=typed) == found


def test_prefix_seeks_the_index_of_the_phone(people):
    seek = {
        "sqlite": "phone>? AND phone<?)",
        "postgresql": f"Index Cond: ((tenant_id = {current_tenant_id()}) AND ((phone)::text ~>=~",
    }
    others = range(2_000)  # enough for the planner to care which index it takes
    Contact.objects.bulk_create(Contact(phone=f"+5622{number:07}") for number in others)
    connection.check_constraints()  # with foreign keys to check PostgreSQL counts nothing
    refresh_statistics(Contact)

    plan = Contact.objects.filter(phone__prefix="+569").order_by().explain()

    assert seek[connection.vendor] in plan


class AnyText(TestCase):
    @given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20))
    def test_lookups_find_the_text_itself(self, text):
        name = unicodedata.normalize("NFC", text)
        Contact.objects.create(phone="+56911112222", name=name)

        assert (names(name__prefix=name), names(name__sounds=name)) == ([name], [name])
