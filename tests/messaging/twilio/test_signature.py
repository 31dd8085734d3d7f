import hashlib
import json
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.http import QueryDict
from django.test import RequestFactory
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from messaging.twilio.signature import is_genuine

# The example of https://www.twilio.com/docs/usage/webhooks/webhooks-security.
DOCUMENTED_FORM = {
    "CallSid": "CA1234567890ABCDE",
    "Caller": "+14158675310",
    "Digits": "1234",
    "From": "+14158675310",
    "To": "+18005551212",
}
TOKEN = "12345"
DOCUMENTED_SIGNATURE = "L/OH5YylLD5NRKLltdqwSvS0BnU="


@pytest.fixture(autouse=True)
def documented_account(settings):
    settings.PUBLIC_BASE_URL = "https://example.com"


def post(path="/myapp.php?foo=1&bar=2", form=DOCUMENTED_FORM, signature=DOCUMENTED_SIGNATURE):
    body = form if isinstance(form, str) else "&".join(f"{k}={v}" for k, v in form.items())
    return RequestFactory(headers={"X-Twilio-Signature": signature}).post(
        path, body.replace("+", "%2B"), content_type="application/x-www-form-urlencoded"
    )


def signed(url, form):
    return RequestValidator(TOKEN).compute_signature(url, form)


def test_documented_vector_is_genuine():
    assert is_genuine(post(), TOKEN) is True


@pytest.mark.parametrize(
    "request_",
    [
        post(path="/myapp.php?foo=1&bar=3"),
        post(path="/other.php?foo=1&bar=2"),
        post(form={**DOCUMENTED_FORM, "Digits": "1235"}),
        post(form={**DOCUMENTED_FORM, "New": "1"}),
        post(form={**DOCUMENTED_FORM, "To": ""}),
        post(signature=""),
        post(signature=DOCUMENTED_SIGNATURE.lower()),
        post(signature="ñ"),
    ],
    ids=["query", "path", "value", "added", "emptied", "no signature", "case", "not ascii"],
)
def test_changed_request_is_not_genuine(request_):
    assert is_genuine(request_, TOKEN) is False


def test_other_token_is_not_genuine():
    assert is_genuine(post(), "54321") is False


def test_nothing_is_genuine_without_a_token():
    signature = RequestValidator("").compute_signature(
        "https://example.com/myapp.php?foo=1&bar=2", DOCUMENTED_FORM
    )

    assert is_genuine(post(signature=signature), "") is False


def test_url_is_the_public_one_behind_a_proxy(settings):
    settings.PUBLIC_BASE_URL = "https://wa.automotora.cl/"
    signature = signed("https://wa.automotora.cl/twilio/status?t=%20a", {"To": "1"})

    assert is_genuine(post("/twilio/status?t=%20a", {"To": "1"}, signature), TOKEN) is True


@pytest.mark.parametrize("port", ["", ":443"])
def test_default_port_may_be_spelled_out(port):
    signature = signed(f"https://example.com{port}/x", {"To": "1"})

    assert is_genuine(post("/x", {"To": "1"}, signature), TOKEN) is True


@pytest.mark.parametrize("host", ["Example.COM", "example.com"])
def test_host_of_the_public_url_is_the_same_in_any_case(settings, host):
    settings.PUBLIC_BASE_URL = "https://Example.COM"
    signature = signed(f"https://{host}/Path", {"To": "1"})

    assert is_genuine(post("/Path", {"To": "1"}, signature), TOKEN) is True
    assert is_genuine(post("/path", {"To": "1"}, signature), TOKEN) is False


def test_port_of_the_public_url_may_be_left_out(settings):
    settings.PUBLIC_BASE_URL = "http://127.0.0.1:8000"

    assert is_genuine(
        post("/x", {"To": "1"}, signed("http://127.0.0.1:8000/x", {"To": "1"})), TOKEN
    )
    assert is_genuine(post("/x", {"To": "1"}, signed("http://127.0.0.1/x", {"To": "1"})), TOKEN)


def test_repeated_parameters_are_all_signed():
    form = "MediaUrl=b&MediaUrl=a&To=1"
    signature = signed("https://example.com/x", QueryDict(form))

    assert is_genuine(post("/x", form, signature), TOKEN) is True
    assert is_genuine(post("/x", form.replace("=a", "=c"), signature), TOKEN) is False


def test_json_body_is_signed_by_its_hash():
    body = json.dumps({"a": "ñ"})
    path = f"/x?bodySHA256={hashlib.sha256(body.encode()).hexdigest()}"
    factory = RequestFactory(
        headers={"X-Twilio-Signature": signed(f"https://example.com{path}", {})}
    )

    assert is_genuine(factory.post(path, body, content_type="application/json"), TOKEN) is True
    assert is_genuine(factory.post(path, "{}", content_type="application/json"), TOKEN) is False


def test_json_body_without_hash_is_not_genuine():
    factory = RequestFactory(headers={"X-Twilio-Signature": signed("https://example.com/x", {})})

    assert is_genuine(factory.post("/x", "{}", content_type="application/json"), TOKEN) is False


@given(st.text(min_size=1, max_size=6), st.sampled_from(["form", "json"]))
@example("@", "form")
@example("bodySHA256=", "json")
@example(";=%", "json")
@settings(
    deadline=timedelta(seconds=2),
    max_examples=20,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_nothing_that_a_stranger_sends_is_genuine_or_takes_long(unit, kind):
    text = quote((unit * 16_384)[:16_384], safe="=")
    request = RequestFactory(headers={"X-Twilio-Signature": text}).post(
        f"/twilio/inbound?{text}",
        text,
        content_type="application/json" if kind == "json" else "application/x-www-form-urlencoded",
    )

    assert is_genuine(request, TOKEN) is False
