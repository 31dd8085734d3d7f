import pytest
from django.utils import translation

from contacts.exports import ContactExport
from contacts.imports.columns import recognise_columns


@pytest.mark.parametrize(
    ("language", "left_out"),
    [("es", ["identificador de WhatsApp", "estado"]), ("en", ["WhatsApp user id", "status"])],
)
def test_titles_are_those_that_the_import_knows(language, left_out):
    with translation.override(language):
        titles = [field.column_name for field in ContactExport().get_user_visible_fields()]

    assert recognise_columns(titles).unknown_names == left_out
