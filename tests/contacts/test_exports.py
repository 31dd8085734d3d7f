import pytest
from django.utils import translation

from contacts.exports import ContactExport
from contacts.imports.columns import recognise_columns
from contacts.models import Contact


@pytest.mark.parametrize(
    ("language", "left_out"),
    [("es", ["identificador de WhatsApp", "estado"]), ("en", ["WhatsApp user id", "status"])],
)
def test_titles_are_those_that_the_import_knows(language, left_out):
    with translation.override(language):
        titles = ContactExport().get_export_headers()

    assert recognise_columns(titles).unknown_names == left_out


@pytest.mark.django_db
def test_columns_of_vehicles_alone_make_a_row_for_each_vehicle(contact):
    for year in (2015, 2020):
        contact.vehicles.create(make="Kia", model="Rio", year=year)

    rows = {
        columns: [
            row
            for chunk in ContactExport().export(Contact.objects.all(), export_fields=columns).chunks
            for row in chunk
        ]
        for columns in [("name", "tags"), ("name", "year")]
    }

    assert rows[("name", "tags")] == [["Juan Pérez", ""]]
    assert rows[("name", "year")] == [["Juan Pérez", 2015], ["Juan Pérez", 2020]]
