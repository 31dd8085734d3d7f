import pytest
from django.core.exceptions import ValidationError
from django.forms import modelform_factory
from hypothesis import given
from hypothesis import strategies as st

from contacts.admin.forms import ContactForm, FurtherFields, VehicleForm
from contacts.models import Contact, Vehicle

FIELDS = FurtherFields()
TITLES = st.text(st.characters(categories=["L", "N"], include_characters=" :-"), min_size=1)
WORDS = st.text(st.characters(categories=["L", "N", "P"], include_characters=" \n"))


def tidy(text: str) -> str:
    return "\n".join(line.strip() for line in text.split("\n") if line.strip())


@given(st.dictionaries(TITLES.map(str.strip).filter(bool), WORDS.map(tidy)))
def test_further_fields_come_back_as_they_were(stored):
    assert FIELDS.read(FIELDS.prepare_value(stored), stored) == stored


def test_further_fields_keep_the_type_of_what_was_not_changed():
    stored = {"visitas": 3, "nota": "vive lejos"}

    fields = FIELDS.read("visitas: 3\nnota: vive cerca", stored)

    assert fields == {"visitas": 3, "nota": "vive cerca"}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("comuna", "Further fields, line 1: write a name, a colon and a value."),
        ("a: 1\n: 2", "Further fields, line 2: write a name, a colon and a value."),
        ("a: 1\na: 2", "Further fields: “a” is there twice; keep one."),
    ],
)
def test_further_fields_say_what_is_wrong(text, sentence):
    with pytest.raises(ValidationError) as caught:
        FIELDS.read(text, {})

    assert caught.value.messages == [sentence]


@pytest.mark.parametrize(("typed", "stored"), [("\u200bAna  Soto", "Ana Soto"), (" . ", "")])
def test_contact_form_keeps_of_a_name_what_is_seen(typed, stored):
    form = modelform_factory(Contact, ContactForm, fields=["name"])({"name": typed})
    form.full_clean()

    assert form.cleaned_data["name"] == stored


@pytest.mark.django_db
def test_vehicle_form_takes_the_stored_spelling_of_a_model(contact):
    Vehicle.objects.create(contact=contact, make="Toyota", model="Hilux", year=2015)
    typed = {"make": "toyota", "model": "HILUX\u00ad", "year": 2016}

    form = modelform_factory(Vehicle, VehicleForm, fields=[*typed])(typed)

    assert (form.is_valid(), form.cleaned_data["model"]) == (True, "Hilux")
