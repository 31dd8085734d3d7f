from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.providers.templates import ButtonKind, ButtonSpec, ContentSpec, HeaderKind
from messaging.twilio.contents.types import content_of, types_of
from tests.twilio_api import TYPES

REPLY = ButtonSpec(ButtonKind.QUICK_REPLY, "Sí, quiero", id="abcdefgh")
SITE = ButtonSpec(ButtonKind.URL, "Ver el auto", value="https://autos.example/{{1}}")
CALL = ButtonSpec(ButtonKind.PHONE, "Llamar", value="+56226180000")
CODE = ButtonSpec(ButtonKind.COPY_CODE, "Copiar", value="BIENVENIDA")
PLAIN = ContentSpec("saludo", "es", "Hola {{1}}, gracias por venir.", examples={"1": "María"})
PICTURE = replace(
    PLAIN, header=HeaderKind.IMAGE, header_media="https://autos.example/fotos/auto.jpg"
)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PLAIN, "twilio/text"),
        (PICTURE, "twilio/media"),
        (replace(PLAIN, buttons=(REPLY,)), "twilio/quick-reply"),
        (replace(PLAIN, buttons=(SITE, CALL, CODE)), "twilio/call-to-action"),
        (replace(PLAIN, buttons=(REPLY, CALL)), "twilio/card"),
        (replace(PICTURE, buttons=(REPLY,)), "twilio/card"),
        (replace(PLAIN, footer="BAJA para no recibir más"), "twilio/card"),
        (replace(PLAIN, header=HeaderKind.TEXT, header_text="Novedades"), "whatsapp/card"),
    ],
)
def test_a_template_is_of_the_plainest_type_that_carries_it(content, kind):
    assert [*types_of(content)] == [kind]


def test_a_card_has_the_text_as_its_title_and_the_footer_below():
    content = replace(PICTURE, footer="Automotora", buttons=(REPLY, SITE))

    assert types_of(content)["twilio/card"] == {
        "title": "Hola {{1}}, gracias por venir.",
        "subtitle": "Automotora",
        "media": ["https://autos.example/fotos/auto.jpg"],
        "actions": [
            {"type": "QUICK_REPLY", "title": "Sí, quiero", "id": "abcdefgh"},
            {"type": "URL", "title": "Ver el auto", "url": "https://autos.example/{{1}}"},
        ],
    }


@given(
    st.sampled_from([PLAIN, PICTURE, replace(PLAIN, header=HeaderKind.TEXT, header_text="Hola")]),
    st.sampled_from(["", "Automotora"]),
    st.lists(st.sampled_from([REPLY, SITE, CALL, CODE]), max_size=4),
)
def test_what_is_written_is_as_published_and_read_as_it_was(content, footer, buttons):
    content = replace(content, footer=footer, buttons=tuple(buttons))

    types = types_of(content)

    assert TYPES(types)
    assert content_of("saludo", "es", types, content.examples) == content


def test_of_several_types_the_richest_is_read():
    types = {
        "twilio/text": {"body": "Hola"},
        "twilio/quick-reply": {"body": "Hola.", "actions": [{"title": "Sí", "id": "si"}]},
    }

    read = content_of("saludo", "es", types, {})

    assert (read.body, read.buttons) == (
        "Hola.",
        (ButtonSpec(ButtonKind.QUICK_REPLY, "Sí", id="si"),),
    )


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("https://autos.example/a.PDF", HeaderKind.DOCUMENT),
        ("https://autos.example/a.mp4?v=2", HeaderKind.VIDEO),
        ("https://autos.example/a", HeaderKind.IMAGE),
    ],
)
def test_the_kind_of_a_file_is_read_from_the_end_of_its_address(address, kind):
    types = {"twilio/media": {"body": "Hola", "media": [address]}}

    assert content_of("saludo", "es", types, {}).header is kind


@pytest.mark.parametrize(
    "types",
    [
        {},
        {"twilio/location": {"latitude": 1, "longitude": 2}},
        {"twilio/card": {"title": "Hola", "actions": [{"type": "VOICE_CALL", "title": "Llamar"}]}},
    ],
)
def test_what_is_unknown_here_is_not_read(types):
    assert content_of("saludo", "es", types, {}) is None
