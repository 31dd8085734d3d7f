import pytest
from django.utils import translation
from import_export.formats.base_formats import CSV

from campaigns.admin.resources import RecipientResource
from optouts.admin.resources import OptOutResource
from waproject.core.exports.lists import ColumnsForm


def test_title_is_that_of_the_field_or_of_the_field_it_reaches():
    names = ("phone", "whatsapp_user_id", "name", "reason")

    titles = [OptOutResource.title_of(name) for name in names]

    assert titles == ["phone", "WhatsApp user id", "name", "reason"]


def test_title_of_a_relation_is_the_relation():
    assert RecipientResource.title_of("campaign") == "campaign"


@pytest.mark.django_db
def test_headers_are_in_the_language_of_the_reader():
    with translation.override("es"):
        dataset = OptOutResource().export(export_fields=["phone", "name"])

    assert dataset.headers == ["teléfono", "nombre"]


def test_choice_of_columns_shows_the_titles():
    form = ColumnsForm([CSV], [OptOutResource])

    labels = [field.label for name, field in form.fields.items() if name.startswith("optoutr")]

    assert labels == ["Phone", "WhatsApp user id", "Name", "Opted out", "Reason"]
