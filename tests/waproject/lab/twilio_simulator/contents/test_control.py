import pytest
import requests
from twilio.base.exceptions import TwilioRestException

from tests.simulation import sync_client
from waproject.lab.twilio_simulator.account import ACCOUNT_SID, AUTH_TOKEN

JUAN, OURS = "whatsapp:+56975400946", "whatsapp:+56220000000"
AUTH = (ACCOUNT_SID, AUTH_TOKEN)


@pytest.fixture
def sid(simulator):
    body = {
        "language": "es",
        "friendly_name": "saludo <b>",
        "types": {
            "twilio/quick-reply": {
                "body": "Hola {{1}}, ¿te llamamos?",
                "actions": [{"type": "QUICK_REPLY", "title": "Sí", "id": "llamar"}],
            }
        },
        "variables": {"1": "María"},
    }
    made = requests.post(f"{simulator.url}/v1/Content", json=body, auth=AUTH, timeout=5)
    return made.json()["sid"]


def send(sid, **more):
    with sync_client() as client:
        return client.messages.create(to=JUAN, from_=OURS, content_sid=sid, **more)


def status_of(simulator, sid):
    url = f"{simulator.url}/v1/Content/{sid}/ApprovalRequests"
    return requests.get(url, auth=AUTH, timeout=5).json()["whatsapp"]["status"]


def test_the_page_shows_what_is_there(simulator, sid):
    page = requests.get(f"{simulator.url}/simulator/contents", timeout=5).text

    assert "saludo &lt;b&gt;" in page
    assert f'action="/simulator/contents/{sid}"' in page


@pytest.mark.parametrize("status", ["approved", "rejected", "paused", "disabled"])
def test_a_status_is_given_by_hand(simulator, sid, status):
    simulator.decide(sid, status, "because")

    assert status_of(simulator, sid) == status


def test_another_status_is_refused(simulator, sid):
    with pytest.raises(requests.HTTPError):
        simulator.decide(sid, "unheard-of")


def test_a_paused_template_fails_after_it_was_accepted(simulator, sid):
    simulator.decide(sid, "paused")

    message = send(sid)
    simulator.settle()

    with sync_client() as client:
        fetched = client.messages(message.sid).fetch()
    assert (fetched.status, fetched.error_code) == ("failed", 63041)


def test_an_unknown_template_is_refused_at_once(simulator):
    with pytest.raises(TwilioRestException) as refusal:
        send("HX" + "9" * 32)

    assert refusal.value.code == 21655


def test_the_text_of_a_template_is_in_the_message(simulator, sid):
    simulator.decide(sid, "approved")

    assert send(sid, content_variables='{"1": "Juan"}').body == "Hola Juan, ¿te llamamos?"
    assert simulator.journal[-1]["body"] == "Hola Juan, ¿te llamamos?"
