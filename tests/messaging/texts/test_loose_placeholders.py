"""What was meant as a placeholder, and would be sent as it stands."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from messaging.texts.loose_placeholders import (
    fallback_sentences,
    loose_placeholders,
    loose_sentences,
)
from messaging.texts.rendering import placeholders

LOOSE = {
    "Hola {{nombre cliente}}, ofertas": ["{{nombre cliente}}"],
    "Hola {{first name}}": ["{{first name}}"],
    "Hola {nombre}, tu { modelo }": ["{nombre}", "{ modelo }"],
    "Hola {{nombre}, ofertas": ["{{nombre}"],
    "Hola {nombre}}, ofertas": ["{nombre}}"],
    "Hola {nombre, ofertas": ["{nombre"],
    "Hola nombre}}, ofertas": ["nombre}}"],
    "Hola {{nombre\u200b}}": ["{{nombre‹U+200B›}}"],
    "Hola {{contact.name}}": ["{{contact.name}}"],
    "Hola {{nombre|cliente}}": ["{{nombre|cliente}}"],
    "Hola {{fecha-entrega}}": ["{{fecha-entrega}}"],
    "Hola {{}} y {{ }}": ["{{}}", "{{ }}"],
    "Hola {1}, {{2}": ["{1}", "{{2}"],
    "Hola {{{nombre}}}": ["{{{nombre}}}"],
    "Hola [nombre], [Nombre Completo]": ["[nombre]", "[Nombre Completo]"],
    "Hola <nombre>, <<marca>>, «modelo»": ["<nombre>", "<<marca>>", "«modelo»"],
    "Hola %nombre%, *|NAME|*, $nombre, ${modelo}": [
        *("%nombre%", "*|NAME|*", "$nombre", "${modelo}"),
    ],
    "Hola {{nombre}}}, tu {{modelo}}": ["{{nombre}}}"],
    "Hola [Nombre del cliente], <NOMBRE CLIENTE>": ["[Nombre del cliente]", "<NOMBRE CLIENTE>"],
    "Hola [cliente], *|FNAME|*, %(nombre)s, <%= nombre %>": [
        *("[cliente]", "*|FNAME|*", "%(nombre)s", "<%= nombre %>"),
    ],
    "Hola {% nombre %}, {#nombre}, {.nombre}, {  nombre  }": [
        *("{% nombre %}", "{#nombre}", "{.nombre}", "{  nombre  }"),
    ],
    'Hola {"nombre"}, {\u200bnombre}, {}': ['{"nombre"}', "{‹U+200B›nombre}", "{}"],
    "Hola ｛｛nombre｝｝, 【modelo】, ‹marca›": ["｛｛nombre｝｝", "【modelo】", "‹marca›"],
    "Hola &lt;nombre&gt;, ((nombre)), __NOMBRE__": [
        *("&lt;nombre&gt;", "((nombre))", "__NOMBRE__"),
    ],
    "Hola |nombre|, :nombre:, @nombre, %NOMBRE": ["|nombre|", ":nombre:", "@nombre", "%NOMBRE"],
    "Hola %s, tu %1$s vale [XXX]": ["%s", "%1$s", "[XXX]"],
    "Tu [marca y modelo], [tu auto]": ["[marca y modelo]", "[tu auto]"],
    "Hola { {nombre} }, {{nombre}} {{": ["{nombre}", "{{"],
    # Nothing is meant by these.
    "Escribe tu *nombre* y _modelo_ (marca) a ventas@auto.cl o @automotorasur": [],
    "Hasta 30% de descuento, 50%s en repuestos, 0% pie :) :D 12:30:45 #auto": [],
    "Elige: [1] SUV [2] Sedán | marca: Kia |": [],
    "Hola {{nombre}}, tu {{ modelo }} vale {{precio}}": [],
    "Hasta 30% de descuento y 50% en repuestos": [],
    "Desde $8.500.000 [bono incluido] <3 :{ y #oferta#": [],
    "[CLIENTE FRECUENTE] $5.000 ($100) «Cyber» [1] https://x.cl/#modelo ${{precio}}": [],
    '{"a": 1}': [],
    "": [],
}


def test_loose_placeholders_are_found_in_their_order():
    assert {text: loose_placeholders(text) for text in LOOSE} == LOOSE


def test_loose_sentences_name_them_and_say_how_to_write_one():
    assert loose_sentences("Hola {nombre}, tu [modelo]") == [
        "The text has {nombre}, [modelo], which is no placeholder and would be sent as it stands."
        " A placeholder is a name between two braces on each side, of letters, digits and"
        " underscores alone: {{nombre}}."
    ]


@pytest.mark.parametrize("fallback", ["{{nombre}}", "[nombre]", "{cliente}"])
def test_a_fallback_cannot_hold_a_placeholder(fallback):
    mapping = {"nombre": {"fallback": fallback}, "modelo": {"fallback": "tu auto"}}

    assert fallback_sentences(mapping) == [
        "What stands in for a missing value cannot hold a placeholder itself: {{nombre}}."
    ]


@settings(deadline=timedelta(milliseconds=500), max_examples=60)
@given(st.text(st.sampled_from("{}[]<>%$#*|«» aé1_\n\u200b"), max_size=300))
def test_any_text_is_looked_through_in_time(text):
    whole = text * 10

    assert all(loose_placeholders(whole))


@given(st.lists(st.from_regex(r"\w{1,12}", fullmatch=True), max_size=4))
def test_placeholders_are_never_loose(names):
    text = "Hola " + ", ".join(f"{{{{{name}}}}}" for name in names)

    assert (loose_placeholders(text), placeholders(text)) == ([], list(dict.fromkeys(names)))
