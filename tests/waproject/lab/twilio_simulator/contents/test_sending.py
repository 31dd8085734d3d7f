import json

import pytest

from waproject.lab.twilio_simulator.contents.sending import (
    content_to_send,
    later_error,
    rendered,
)
from waproject.lab.twilio_simulator.contents.store import Approval, Contents
from waproject.lab.twilio_simulator.serving.validation import TwilioError

WHATSAPP, SMS = "whatsapp:+56975400946", "+56975400946"


@pytest.fixture
def contents():
    return Contents()


@pytest.fixture
def content(contents):
    made = contents.add("saludo", "es", {"twilio/text": {"body": "Hola {{1}}, gracias"}}, {})
    made.approval = Approval("saludo", "MARKETING", "twilio/text", "approved")
    return made


def code_of(contents, **parameters):
    with pytest.raises(TwilioError) as refusal:
        content_to_send(parameters, contents)
    return refusal.value.code


def test_a_text_has_no_content(contents):
    assert content_to_send({"Body": "Hola"}, contents) is None


def test_an_unknown_content_is_refused(contents):
    assert code_of(contents, ContentSid="HX" + "1" * 32) == 21655


def test_variables_need_a_content(contents):
    assert code_of(contents, ContentVariables='{"1": "María"}') == 21654


@pytest.mark.parametrize("value", ["", "  ", "dos\nlíneas", "tab\t", "cinco     espacios"])
def test_values_that_whatsapp_does_not_take_are_refused(contents, content, value):
    asked = {"ContentSid": content.sid, "ContentVariables": json.dumps({"1": value})}

    assert code_of(contents, **asked) == 21656


def test_the_text_has_its_values_and_samples(content):
    content.variables = {"1": "de ejemplo"}

    assert rendered(content, {"1": "María"}) == "Hola María, gracias"
    assert rendered(content, {}) == "Hola de ejemplo, gracias"


@pytest.mark.parametrize(
    ("status", "is_open", "code"),
    [
        ("approved", False, None),
        ("unsubmitted", False, 63016),
        ("unsubmitted", True, None),
        ("rejected", True, 63040),
        ("paused", False, 63041),
        ("disabled", False, 63042),
    ],
)
def test_a_template_goes_out_only_when_approved(content, status, is_open, code):
    content.approval.status = status

    assert later_error(content, {"1": "María"}, WHATSAPP, is_open=is_open) == code


def test_a_value_that_lacks_fails_the_message(content):
    assert later_error(content, {}, WHATSAPP, is_open=False) == 63028


def test_a_text_that_grows_too_long_fails_the_message(content):
    assert later_error(content, {"1": "x" * 1024}, WHATSAPP, is_open=False) == 63021


def test_sms_asks_for_no_approval(content):
    content.approval.status = "unsubmitted"

    assert later_error(content, {"1": "María"}, SMS, is_open=False) is None
