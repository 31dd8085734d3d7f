"""An export, imported as it is, changes nothing."""

import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contacts.exports import ContactExport
from contacts.imports.bulk import ContactImport
from contacts.imports.columns import recognise_columns
from contacts.imports.files.reading import read_table
from contacts.models import Contact, Tag, Vehicle
from waproject.core.exports.files import WRITERS

AWKWARD = "=+-@'\"＝,;|:*#aÑé1 \t\n\u200b\xa0"
TEXT = st.text(AWKWARD, max_size=8).map(str.strip)
NAMES = TEXT | st.sampled_from(
    ["@pedro", "'=Ñandú", "''x", "#N/A", "NaN", "Null", "a  b", "+56975400946", "'+56975400946"]
)


def import_again(kind: str) -> list[str]:
    """What becomes of each row of an export of all."""
    file = io.BytesIO()
    WRITERS[kind](file, ContactExport().export(Contact.objects.order_by("pk")))
    table = read_table(file)
    engine = ContactImport(recognise_columns(table.header), region="CL")
    return [row.outcome.value for row in engine.take(list(table.rows))]


def stored() -> tuple:
    people = Contact.objects.order_by("pk").values_list("phone", "name", "language", "updated_at")
    cars = Vehicle.objects.order_by("pk").values_list("make", "model", "year", "price", "link")
    return list(people), list(cars), list(Tag.objects.order_by("name").values_list("name"))


@pytest.mark.django_db
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=NAMES,
    make=TEXT | st.sampled_from(["vw", "TOYOTA"]),
    model=NAMES,
    price=st.none() | st.decimals(0, 10**11, places=2),
    tags=st.lists(TEXT.filter(bool), max_size=2, unique_by=str.casefold),
    kind=st.sampled_from(["csv", "xlsx"]),
)
def test_import_of_an_export_changes_nothing(name, make, model, price, tags, kind):
    Contact.objects.all().delete()
    Tag.objects.all().delete()
    one = Contact.objects.create(phone="+56975400946", name=name, language="pt_BR")
    one.vehicles.create(make=make, model=model, year=2015, price=price, link="https://a.cl/1")
    one.tags.set([Tag.objects.create(name=tag) for tag in tags])
    before = stored()

    assert import_again(kind) == ["unchanged"]
    assert stored() == before
