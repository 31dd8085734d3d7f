"""What was meant as a placeholder, and would be sent as it stands."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from messaging.loose_placeholders import loose_placeholders, loose_sentences
from messaging.rendering import placeholders

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
    # Nothing is meant by these.
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


@settings(deadline=timedelta(milliseconds=500), max_examples=60)
@given(st.text(st.sampled_from("{}[]<>%$#*|«» aé1_\n\u200b"), max_size=300))
def test_any_text_is_looked_through_in_time(text):
    whole = text * 10

    assert all(loose_placeholders(whole))


@given(st.lists(st.from_regex(r"\w{1,12}", fullmatch=True), max_size=4))
def test_placeholders_are_never_loose(names):
    text = "Hola " + ", ".join(f"{{{{{name}}}}}" for name in names)

    assert (loose_placeholders(text), placeholders(text)) == ([], list(dict.fromkeys(names)))
