from dataclasses import replace

import pytest

from messaging.texts.content import Button, TemplateContent
from messaging.texts.given import examples, given_names, problem, problems
from messaging.texts.rules.checking import submittable

EVENT = TemplateContent(
    body="Hola {{nombre}}, te esperamos el {{fecha}} en {{sucursal}}. BAJA para salir.",
    variables={
        "nombre": {"source": "contact.first_name", "example": "Ana"},
        "fecha": {"source": "campaign", "type": "datetime", "example": "sábado 12, 10:00"},
        "sucursal": {"source": "campaign", "example": "Maipú", "fallback": "nuestro local"},
    },
)


def test_a_campaign_gives_what_its_template_asks_of_it():
    assert given_names(EVENT) == ["fecha", "sucursal"]
    assert examples(EVENT) == {"fecha": "sábado 12, 10:00", "sucursal": "Maipú"}
    assert submittable(EVENT)


def test_the_end_of_an_address_may_be_given_too():
    button = Button("url", "Ver", value="https://example.com/", suffix="evento")
    content = replace(
        EVENT, buttons=(button,), variables={**EVENT.variables, "evento": {"source": "campaign"}}
    )

    assert given_names(content) == ["fecha", "sucursal", "evento"]


def test_values_are_held_to_their_type_and_those_with_a_fallback_may_lack():
    assert problems(EVENT, {}) == {"fecha": "It has no value yet."}
    assert problems(EVENT, {"fecha": "pronto"}) == {"fecha": "It has neither a date nor a time."}
    assert problems(EVENT, {"fecha": "12 de mayo", "sucursal": "Maipú"}) == {}


@pytest.mark.parametrize(
    ("kind", "value", "sentence"),
    [
        ("phone", "llamar", "It does not look like a phone."),
        ("email", "ana", "It does not look like an e-mail address."),
        ("url", "pronto", "It does not look like a link."),
        ("money", "gratis", "It has no amount."),
        ("text", "{{nombre}}", "A value cannot hold a placeholder."),
        ("text", "x" * 201, "It is too long: 200 characters are the most."),
        ("text", " \u200b ", "It has no value yet."),
        ("phone", "+56 2 2618 0010", ""),
        ("email", "ventas@autos.example", ""),
        ("money", "$ 990.000", ""),
    ],
)
def test_each_type_has_its_sentence(kind, value, sentence):
    assert problem({"type": kind}, value) == sentence
