import json

import pytest

from waproject.lab.twilio_simulator.serving.validation import TwilioError, check

GOOD = {"To": "whatsapp:+56975400946", "From": "whatsapp:+56220000000", "Body": "Hola"}
SMS = {"To": "+56975400946", "From": "+56220000000", "Body": "Hola"}
TEMPLATE = {"ContentSid": "HX" + "a" * 32, "Body": ""}


@pytest.mark.parametrize(
    "parameters",
    [
        GOOD,
        SMS,
        {**SMS, "From": "Automotora"},
        {**GOOD, "To": "whatsapp:CL.1234"},
        {**GOOD, "Body": "x" * 1600},
        {**GOOD, **TEMPLATE, "ContentVariables": '{"1": "Juan"}'},
        {**GOOD, "From": "", "MessagingServiceSid": "MG" + "0" * 32},
        {**GOOD, "StatusCallback": "http://127.0.0.1:8000/twilio/status?t=1"},
        {**GOOD, "ValidityPeriod": "36000"},
    ],
)
def test_check_accepts(parameters):
    assert check(parameters) is None


FILE = "https://a.example/1.jpg"


@pytest.mark.parametrize(
    ("parameters", "media"),
    [({**GOOD, "Body": ""}, [FILE]), ({**SMS, "Body": ""}, [FILE] * 10)],
)
def test_check_accepts_media(parameters, media):
    assert check(parameters, media) is None


@pytest.mark.parametrize(
    ("parameters", "media", "code"),
    [
        (GOOD, [FILE] * 2, 21623),
        (SMS, [FILE] * 11, 21623),
        (GOOD, ["auto.jpg"], 21620),
        ({**SMS, "Body": ""}, [""], 21619),
    ],
)
def test_check_refuses_media(parameters, media, code):
    with pytest.raises(TwilioError) as refusal:
        check(parameters, media)

    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"To": ""}, 21604),
        ({"To": "whatsapp:56975400946"}, 21211),
        ({"To": "whatsapp:+0975400946"}, 21211),
        ({"To": "whatsapp:+56975400946x"}, 21211),
        ({"To": "telegram:+56975400946"}, 21211),
        ({"To": "CL.1234"}, 21211),
        ({"From": ""}, 21603),
        ({"From": "whatsapp:nobody"}, 21212),
        ({"From": "+56220000000"}, 21910),
        ({"From": "", "MessagingServiceSid": "MG123"}, 21705),
        ({"Body": ""}, 21619),
        ({"Body": "x" * 1601}, 21617),
        ({"ContentSid": "HX123"}, 21655),
        ({**TEMPLATE, "ContentVariables": "{"}, 21656),
        ({**TEMPLATE, "ContentVariables": "[]"}, 21656),
        ({**TEMPLATE, "ContentVariables": '{"1": 2}'}, 21656),
        ({**TEMPLATE, "ContentVariables": json.dumps({"x" * 17: "a"})}, 21656),
        ({**TEMPLATE, "ContentVariables": json.dumps({"1": "x" * 1601})}, 21656),
        ({**TEMPLATE, "ContentVariables": json.dumps({str(n): "a" for n in range(101)})}, 21656),
        ({"StatusCallback": "/twilio/status"}, 21609),
        ({"StatusCallback": "https://my_host.cl/s"}, 21609),
        ({"StatusCallback": "ftp://host.cl/s"}, 21609),
        ({"StatusCallback": "http://[::1/s"}, 21609),
        ({"ValidityPeriod": "0"}, 90007),
        ({"ValidityPeriod": "36001"}, 90007),
        ({"ValidityPeriod": "1.5"}, 90007),
    ],
)
def test_check_refuses(changes, code):
    with pytest.raises(TwilioError) as refusal:
        check({**GOOD, **changes})

    assert (refusal.value.code, refusal.value.status) == (code, 400)
