import pytest

from waproject.lab.twilio_simulator.contents.review import objection
from waproject.lab.twilio_simulator.contents.store import Approval, SimulatedContent

GOOD = "Hola {{1}}, ya puedes retirar tu auto en nuestro taller."


def content(parts=None, kind="whatsapp/card", category="MARKETING", **variables):
    variables = variables or {"1": "María"}
    approval = Approval("saludo", category, kind, "received")
    given = {"body": GOOD, **(parts or {})}
    return SimulatedContent("HX1", "saludo", "es", {kind: given}, variables, 0, 0, approval)


def refusal(parts=None, **options):
    return objection(content(parts, **options), [])


def button(**fields):
    return {"type": "QUICK_REPLY", "title": "Sí", "id": "si", **fields}


def test_a_good_template_is_approved():
    parts = {
        "header_text": "Tu auto {{1}}",
        "footer": "Automotora",
        "actions": [
            button(),
            {"type": "URL", "title": "Ver", "url": "https://autos.example/{{1}}"},
            {"type": "PHONE_NUMBER", "title": "Llamar", "phone": "+56226180000"},
        ],
    }

    assert refusal(parts) == ""


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"body": ""}, "can't be empty"),
        ({"body": "x" * 1025}, "longer than 1024"),
        ({"body": "{{1}}, hola y gracias por venir"}, "start or end"),
        ({"body": "Hola y gracias por venir {{1}}"}, "start or end"),
        ({"body": "Hola {{1}} {{2}}, gracias por venir a vernos ayer"}, "next to each other"),
        ({"body": "Hola {{1}} ya"}, "too many variables"),
        ({"body": "Hola\n\n\ntodos"}, "consecutive newlines"),
        ({"header_text": "x" * 61}, "longer than 60"),
        ({"header_text": "*Hola*"}, "asterisks"),
        ({"header_text": "Hola 🚗"}, "emojis"),
        ({"header_text": "{{1}} y {{2}}"}, "one variable at most"),
        ({"footer": "Hola {{1}} ya"}, "footer can't have variables"),
        ({"footer": "uno\ndos"}, "newlines"),
        ({"header_text": "Hola", "media": ["https://a.example/b.jpg"]}, "both a text and a media"),
        ({"actions": [button(title=str(n)) for n in range(11)]}, "10 buttons"),
        ({"actions": [button(), button()]}, "same text"),
        ({"actions": [button(title="x" * 26)]}, "1 to 25"),
        ({"actions": [button(title="Hola {{1}}")]}, "variables, newlines or emojis"),
        (
            {"actions": [button(type="URL", title=str(n), url="https://a.example") for n in "123"]},
            "2 buttons of type URL",
        ),
        (
            {"actions": [button(type="URL", url="https://{{1}}.example/a")]},
            "one variable, at its end",
        ),
        (
            {
                "actions": [
                    button(title="a"),
                    button(type="URL", title="b", url="https://a.example"),
                    button(title="c"),
                ]
            },
            "must stand together",
        ),
        ({"body": "Hola {{2}}, ya puedes retirar tu auto en el taller."}, "sequential"),
        ({"body": "Hola, responde con tu clave para seguir con la compra."}, "sensitive"),
    ],
)
def test_what_breaks_a_rule_is_rejected_with_words(parts, words):
    assert words in refusal(parts)


def test_a_variable_needs_an_example():
    assert "missing an example" in refusal(**{"1": " "})


def test_utility_may_not_promote():
    parts = {"body": "Hola {{1}}, esta semana tienes un 20% de descuento en tu mantención."}

    assert refusal(parts, category="UTILITY").startswith("TAG_CONTENT_MISMATCH")
    assert refusal(parts, category="MARKETING") == ""


def test_one_name_has_one_text_in_a_language():
    other = content()
    other.sid, other.approval.status = "HX2", "approved"

    assert "already es content" in objection(content(), [other])
    other.approval.name = "otro"
    assert "same content" in objection(content(), [other])
    other.language = "en"
    assert objection(content(), [other]) == ""
