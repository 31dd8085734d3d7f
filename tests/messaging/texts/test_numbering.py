"""Placeholders are named for people and numbered for the provider."""

from hypothesis import given
from hypothesis import strategies as st

from messaging.texts.content import Button, TemplateContent
from messaging.texts.numbering import numbers, with_numbers

CONTENT = TemplateContent(
    header_type="text",
    header_text="Tu {{auto}}",
    body="Hola {{nombre}}, tu {{auto}} espera desde el {{fecha}}, {{nombre}}.",
    buttons=(Button("url", "Ver", value="https://example.com/", suffix="ficha"),),
)


def test_numbers_follow_the_first_appearance_over_all_parts():
    assert numbers(CONTENT) == {"auto": "1", "nombre": "2", "fecha": "3", "ficha": "4"}


def test_the_text_of_a_header_that_is_a_picture_counts_nothing():
    content = TemplateContent(header_type="image", header_text="Tu {{auto}}", body="Hola {{a}} ya")

    assert numbers(content) == {"a": "1"}


def test_a_text_is_written_with_numbers():
    assert with_numbers(CONTENT.body, numbers(CONTENT)) == (
        "Hola {{2}}, tu {{1}} espera desde el {{3}}, {{2}}."
    )


@given(st.lists(st.sampled_from(["a", "b", "c", "año", "x_1"]), max_size=9))
def test_each_name_has_a_number_of_its_own_from_one_on(used):
    content = TemplateContent(body=" y ".join(f"{{{{{name}}}}}" for name in used))

    numbered = numbers(content)

    assert numbered.keys() == set(used)
    assert sorted(map(int, numbered.values())) == list(range(1, len(set(used)) + 1))
