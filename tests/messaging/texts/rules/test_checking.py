"""Each rule, by one template that breaks it alone: where it is said, and how it begins."""

from dataclasses import replace

import pytest

from messaging.texts.content import Button, TemplateContent
from messaging.texts.rules.checking import objections, submittable

FINE = TemplateContent(
    body="Hola {{nombre}}, tu auto está listo. ¿Pasas hoy por él?",
    variables={"nombre": {"source": "contact.first_name", "example": "Ana"}},
    footer="Responde BAJA para no recibir más.",
)
REPLY = Button("quick_reply", "Sí, paso", id="aaaaaaaa")
LINK = Button("url", "Ver", value="https://example.com", id="bbbbbbbb")
TEXT, VALUE = "button-aaaaaaaa-text", "button-aaaaaaaa-value"


def button(**changes):
    return {"buttons": (replace(REPLY, **changes),)}


BROKEN = [
    ({"language": "Spanish"}, "language", "WhatsApp does not know"),
    ({"body": " \u200b "}, "body", "The message has no text"),
    ({"body": "Hola " * 300}, "body", "The text is too long"),
    ({"body": "{{nombre}}, tu auto está listo."}, "body", "The text begins with"),
    ({"body": "Tu auto está listo, {{nombre}}"}, "body", "The text ends with"),
    ({"body": "Hola {{nombre}} {{nombre}}, ven hoy"}, "body", "Two placeholders"),
    ({"body": "Hola {{nombre}}."}, "body", "There are too few"),
    ({"body": "Hola.\n\n\nVen hoy."}, "body", "The text has more than two line breaks"),
    ({"body": "Hola,     ven hoy."}, "body", "The text has a tab"),
    ({"body": "Hola {nombre}, ven hoy."}, "body", "The text has {nombre}"),
    ({"header_type": "text"}, "header_text", "The header has no text"),
    ({"header_type": "text", "header_text": "x" * 61}, "header_text", "The header is too long"),
    ({"header_type": "text", "header_text": "Tu *auto*"}, "header_text", "The header cannot be f"),
    ({"header_type": "text", "header_text": "Auto 🚗"}, "header_text", "Emojis are not allowed"),
    ({"header_type": "text", "header_text": "Tu\nauto"}, "header_text", "It has more than one"),
    ({"header_type": "text", "header_text": "{{nombre}}"}, "header_text", "The header is nothing"),
    ({"header_type": "image"}, "header_media", "The header has no file"),
    (
        {"header_type": "image", "header_media": "http://a.cl/a.jpg"},
        "header_media",
        "WhatsApp cann",
    ),
    ({"header_type": "image", "header_media": "https://a.cl/a.pdf"}, "header_media", "The file is"),
    ({"footer": "BAJA " * 20}, "footer", "The footer is too long"),
    ({"footer": "BAJA {{nombre}}"}, "footer", "The footer cannot have"),
    ({"footer": "BAJA 🚗"}, "footer", "Emojis are not allowed"),
    ({"buttons": tuple(replace(REPLY, text=str(n)) for n in range(11))}, "buttons", "There are mo"),
    ({"buttons": (LINK, REPLY, replace(LINK, text="Más"))}, "buttons", "Quick replies stand"),
    ({"buttons": tuple(replace(LINK, text=t) for t in "abc")}, "buttons", "There are more than 2"),
    ({"buttons": (replace(LINK, text="sí, paso"), REPLY)}, TEXT, "Another button has"),
    (button(text=""), TEXT, "The button has no text"),
    (button(text="x" * 26), TEXT, "The text of the button is too long"),
    (button(text="Sí 🚗"), TEXT, "A button can have neither"),
    (button(text="Sí {{nombre}}"), TEXT, "A button can have neither"),
    (button(type="url", value="example"), VALUE, "This is no address"),
    (button(type="url", value="https://a.cl/{{x}}/b"), VALUE, "In a link a placeholder"),
    (button(type="url", value="https://wa.me/569"), VALUE, "WhatsApp refuses links"),
    (button(type="phone", value="226180010"), VALUE, "This is no phone"),
    (button(type="copy_code", value="VERANO 26"), VALUE, "A code has letters"),
    (button(type="other"), "button-aaaaaaaa-type", "There is no such kind"),
    (button(effect={"answer": " "}), VALUE, "The answer to this button"),
    ({"variables": {}}, "variable-nombre-example", "{{nombre}} has no example"),
]


@pytest.mark.parametrize(("changes", "place", "words"), BROKEN)
def test_a_rule_is_said_beside_its_place(changes, place, words):
    [found] = objections(replace(FINE, **changes))

    assert (found.place, found.is_warning) == (place, False)
    assert found.sentence.startswith(words)


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"footer": ""}, "footer"),
        ({"category": "utility", "footer": "Tu oferta"}, "category"),
        ({"body": "Hola, responde con la clave de tu cuenta."}, "body"),
        ({"body": "Hola, ven hoy " + "🚗" * 11}, "body"),
        ({"buttons": (replace(LINK, value="https://bit.ly/x"),)}, "button-bbbbbbbb-value"),
    ],
)
def test_what_is_unwise_is_said_and_may_be_submitted(changes, place):
    content = replace(FINE, **changes)

    assert [(one.place, one.is_warning) for one in objections(content)] == [(place, True)]
    assert submittable(content)


def test_a_reply_that_opts_out_says_how_to_opt_out():
    buttons = (replace(REPLY, text="No me escriban", effect={"opt_out": True}),)

    assert objections(replace(FINE, footer="", buttons=buttons)) == []


def test_a_code_has_one_placeholder_and_one_button():
    code = replace(FINE, category="authentication", body="{{codigo}} es tu código.", footer="")

    assert not submittable(code)
    assert submittable(replace(code, buttons=(Button("copy_code", "Copiar código"),)))
