from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.texts.content import Button, TemplateContent
from messaging.texts.sending import SentVersion, sent_version
from tests.templates import edit
from tests.waproject.lab.twilio_simulator.contents.values import is_taken

CONTENT = TemplateContent(
    body="Hola {{nombre}}, mira tu {{auto}}.",
    header_type="text",
    header_text="Para {{nombre}}",
    footer="Automotora",
    buttons=(
        Button("quick_reply", "Sí", id="abcdefgh"),
        Button("url", "Ver", value="https://autos.example/", suffix="codigo"),
    ),
)
VALUES = {"nombre": "María", "auto": "Yaris", "codigo": "yaris 2018/ñ"}


def version(content=CONTENT, **names):
    numbered = names or {"nombre": "1", "auto": "2", "codigo": "3"}
    return SentVersion("HX1", content, numbered, frozenset({"codigo"}))


def test_values_go_by_the_names_of_the_provider():
    assert version().provider_values(VALUES) == {
        "1": "María",
        "2": "Yaris",
        "3": "yaris%202018/%C3%B1",
    }


@given(st.text())
def test_whatever_a_value_holds_the_provider_takes_it(value):
    given_values = version().provider_values({"nombre": value, "codigo": value})

    assert all(is_taken(one) for one in given_values.values())


def test_the_log_keeps_what_stood_beside_the_text():
    assert version().parts(VALUES) == {
        "header": {"type": "text", "text": "Para María"},
        "footer": "Automotora",
        "buttons": [
            {"type": "quick_reply", "text": "Sí", "id": "abcdefgh"},
            {
                "type": "url",
                "text": "Ver",
                "value": "https://autos.example/yaris%202018/%C3%B1",
            },
        ],
    }


def test_of_a_plain_text_there_is_nothing_to_keep():
    assert version(TemplateContent(body="Hola")).parts({}) == {}


def test_a_picture_is_kept_by_its_address():
    picture = TemplateContent(
        body="Hola", header_type="image", header_media="https://autos.example/a.jpg"
    )

    assert version(picture).parts({}) == {
        "header": {"type": "image", "url": "https://autos.example/a.jpg"}
    }


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ("Hola {{nombre}}, tu {{auto}} está listo", {"nombre": "1", "auto": "2"}),
        ("Hola {{2}}, tu {{1}} está listo", {"2": "2", "1": "1"}),
    ],
)
def test_a_version_that_was_not_submitted_from_here_has_names_too(template, body, names):
    version = edit(template, body=body, content_sid="HX" + "c" * 32)

    found = sent_version(version.pk, version.content_sid)

    assert (found.content_sid, found.names) == ("HX" + "c" * 32, names)


def test_the_names_of_an_import_are_the_providers(template):
    version = edit(template, body="Hola {{2}}, tu {{1}} está listo")
    type(version).objects.filter(pk=version.pk).update(
        content_sid="HX" + "c" * 32, provider_data={"names": {"2": "person", "1": "car"}}
    )

    found = sent_version(version.pk, "HX" + "c" * 32)

    assert found.provider_values({"2": "Ana", "1": "Yaris"}) == {"person": "Ana", "car": "Yaris"}


def test_a_placeholder_of_the_text_is_not_spelt_as_in_an_address(template):
    content = replace(CONTENT, body="Hola {{nombre}}, tu {{codigo}} está aquí.")
    version = edit(template, **{**content.columns(), "buttons": content.buttons})

    assert sent_version(version.pk).suffixes == frozenset()
