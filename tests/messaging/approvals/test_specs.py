"""What is submitted breaks no rule of the platform, whatever was typed."""

from dataclasses import replace

from hypothesis import given, settings

from messaging.approvals.specs import content_of, same_there, spec_of
from messaging.texts.content import Button
from messaging.texts.rules.checking import submittable
from messaging.twilio.contents import types
from tests.messaging.approvals.conftest import CONTENT
from tests.messaging.texts.rules.test_properties import CONTENT as TYPED
from tests.twilio_api import TYPES
from waproject.lab.twilio_simulator.contents.review import objection
from waproject.lab.twilio_simulator.contents.store import Approval, SimulatedContent

# What the simulated reviewer thinks of the meaning, which no rule can know.
OF_MEANING = ("TAG_CONTENT_MISMATCH", "SCAM")


def reviewed(content):
    """What the simulated WhatsApp says of a template as it is submitted."""
    spec = spec_of(content, "aviso")
    written = types.types_of(spec)
    approval = Approval("aviso", content.category.upper(), next(iter(written)), "received")
    examples = dict(spec.examples)
    there = SimulatedContent("HX1", "aviso", spec.language, written, examples, 0, 0, approval)
    return written, objection(there, [])


@settings(max_examples=300, deadline=None)
@given(TYPED)
def test_what_may_be_submitted_is_what_twilio_takes_and_whatsapp_approves(content):
    if not submittable(content):
        return

    written, said = reviewed(content)

    assert TYPES(written)
    assert said == "" or said.startswith(OF_MEANING)


def test_placeholders_are_numbered_over_header_text_and_buttons():
    content = replace(
        CONTENT,
        header_type="text",
        header_text="Para {{auto}}",
        buttons=(Button("url", "Ver", value="https://autos.example/", suffix="nombre", id="a"),),
    )

    spec = spec_of(content, "aviso")

    assert (spec.header_text, spec.body[:23], spec.buttons[0].value) == (
        "Para {{1}}",
        "Hola {{2}}, tu {{1}} ya",
        "https://autos.example/{{2}}",
    )
    assert spec.examples == {"1": "Yaris", "2": "María"}


def test_a_header_that_is_not_shown_is_not_sent():
    content = replace(CONTENT, header_type="none", header_text="Hola {{otro}}", header_media="x")

    spec = spec_of(content, "aviso")

    assert (spec.header_text, spec.header_media) == ("", "")


def test_a_phone_goes_without_spaces():
    content = replace(CONTENT, buttons=(Button("phone", "Llamar", value="+56 2 2618 0010"),))

    assert spec_of(content, "aviso").buttons[0].value == "+56226180010"


def test_what_only_we_know_makes_no_difference_there():
    variables = {**CONTENT.variables, "nombre": {"source": "contact.name", "example": "Ana"}}
    buttons = tuple(replace(one, effect={"answer": "Gracias"}) for one in CONTENT.buttons)

    assert same_there(CONTENT, replace(CONTENT, variables=variables, buttons=buttons))
    assert not same_there(CONTENT, replace(CONTENT, footer="Otro"))
    assert not same_there(CONTENT, replace(CONTENT, category="marketing"))


def test_a_template_comes_back_as_it_went_but_for_its_names():
    spec = spec_of(replace(CONTENT, variables=CONTENT.variables), "aviso")

    back = content_of(spec, "utility")

    assert spec_of(back, "aviso") == spec
