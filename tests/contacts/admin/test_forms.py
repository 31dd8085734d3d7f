import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from contacts.admin.forms import FurtherFields

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
