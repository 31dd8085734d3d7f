from datetime import UTC, datetime, timedelta

import pytest
import requests
from twilio.base.exceptions import TwilioRestException

from tests.simulation import sync_client
from waproject.lab.twilio_simulator.account import ACCOUNT_SID, AUTH_TOKEN, SERVICE_NUMBER

JUAN = "whatsapp:+56975400946"
MARIA = "whatsapp:+56990080338"
OURS = "whatsapp:+56220000000"


@pytest.fixture
def client(simulator):
    with sync_client() as client:
        yield client


def get(simulator, path, auth=(ACCOUNT_SID, AUTH_TOKEN)):
    return requests.get(f"{simulator.url}/2010-04-01/Accounts/{path}", auth=auth, timeout=5)


def test_create_answers_as_twilio_does(client):
    message = client.messages.create(to=JUAN, from_=OURS, body="Hola")

    assert message.sid.startswith("SM")
    assert (message.status, message.direction, message.num_segments, message.price) == (
        "queued",
        "outbound-api",
        "1",
        None,
    )
    assert (message.to, message.from_, message.body) == (JUAN, OURS, "Hola")
    assert datetime.now(UTC) - message.date_created < timedelta(seconds=3)


def test_create_gives_every_message_its_own_sid(client):
    sids = {client.messages.create(to=JUAN, from_=OURS, body="Hola").sid for _ in range(5)}

    assert len(sids) == 5


def test_create_by_service_has_a_sender_of_its_own(client):
    message = client.messages.create(to=JUAN, messaging_service_sid="MG" + "a" * 32, body="Hola")

    assert (message.status, message.from_) == ("accepted", "whatsapp:+56226180000")


def test_create_refuses_as_twilio_does(client):
    with pytest.raises(TwilioRestException) as refusal:
        client.messages.create(to="whatsapp:123", from_=OURS, body="Hola")

    assert (refusal.value.status, refusal.value.code, refusal.value.msg) == (
        400,
        21211,
        "Unable to create record: The 'To' number whatsapp:123 is not a valid phone number.",
    )


def test_error_has_the_four_fields(simulator):
    answer = get(simulator, f"{ACCOUNT_SID}/Messages/SMx.json")

    assert answer.json() == {
        "code": 20404,
        "message": f"The requested resource /2010-04-01/Accounts/{ACCOUNT_SID}/Messages/SMx.json"
        " was not found",
        "more_info": "https://www.twilio.com/docs/errors/20404",
        "status": 404,
    }


@pytest.mark.parametrize(
    ("path", "auth", "status", "code"),
    [
        (f"{ACCOUNT_SID}/Messages.json", None, 401, 20003),
        (f"{ACCOUNT_SID}/Messages.json", (ACCOUNT_SID, "wrong"), 401, 20003),
        ("AC" + "1" * 32 + "/Messages.json", (ACCOUNT_SID, AUTH_TOKEN), 404, 20404),
        (f"{ACCOUNT_SID}/Calls.json", (ACCOUNT_SID, AUTH_TOKEN), 404, 20404),
        (f"{ACCOUNT_SID}/Messages.json?DateSent=ayer", (ACCOUNT_SID, AUTH_TOKEN), 400, 20001),
        (f"{ACCOUNT_SID}/Messages.json?PageSize=x", (ACCOUNT_SID, AUTH_TOKEN), 400, 20006),
    ],
)
def test_request_is_refused(simulator, path, auth, status, code):
    answer = get(simulator, path, auth)

    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_unsupported_method_is_refused(simulator):
    url = f"{simulator.url}/2010-04-01/Accounts/{ACCOUNT_SID}/Messages.json"

    answer = requests.delete(url, auth=(ACCOUNT_SID, AUTH_TOKEN), timeout=5)

    assert (answer.status_code, answer.json()["code"]) == (405, 20004)


def test_fetch_follows_the_message(client, simulator):
    message = client.messages.create(to=JUAN, from_=OURS, body="Hola")
    simulator.settle()

    fetched = message.fetch()

    assert (fetched.sid, fetched.status, fetched.date_sent is None) == (message.sid, "read", False)


def test_list_by_to_is_newest_first(client):
    first = client.messages.create(to=JUAN, from_=OURS, body="1")
    client.messages.create(to=MARIA, from_=OURS, body="2")
    third = client.messages.create(to=JUAN, from_=OURS, body="3")

    assert [m.sid for m in client.messages.list(to=JUAN)] == [third.sid, first.sid]


def test_list_by_from(client):
    client.messages.create(to=JUAN, from_=OURS, body="1")

    assert [len(client.messages.list(from_=from_)) for from_ in (OURS, MARIA)] == [1, 0]


@pytest.mark.parametrize(
    ("bounds", "found"),
    [
        (lambda now: {"date_sent_after": now - timedelta(minutes=1)}, 1),
        (lambda now: {"date_sent_after": now + timedelta(minutes=1)}, 0),
        (lambda now: {"date_sent_before": now + timedelta(minutes=1)}, 1),
        (lambda now: {"date_sent_before": now - timedelta(minutes=1)}, 0),
        (
            lambda now: {
                "date_sent_after": f"{now:%F}",
                "date_sent_before": f"{now:%F}",
            },
            1,
        ),
        (lambda now: {"date_sent": f"{now - timedelta(days=1):%F}"}, 0),
        (lambda now: {"date_sent": f"{now:%F}"}, 1),
    ],
)
def test_list_by_date_sent(client, simulator, bounds, found):
    client.messages.create(to=JUAN, from_=OURS, body="Hola")
    simulator.settle()

    assert len(client.messages.list(to=JUAN, **bounds(datetime.now(UTC)))) == found


def test_list_by_date_sent_leaves_out_the_queued(simulate):
    simulate(delay=60)
    with sync_client() as client:
        client.messages.create(to=JUAN, from_=OURS, body="Hola")

        found = client.messages.list(date_sent_after=datetime.now(UTC) - timedelta(hours=1))

    assert found == []


@pytest.mark.parametrize(("count", "size"), [(5, 2), (4, 2), (2, 50), (0, 50)])
def test_list_walks_through_the_pages(client, count, size):
    sids = [client.messages.create(to=JUAN, from_=OURS, body="Hola").sid for _ in range(count)]

    assert [m.sid for m in client.messages.list(to=JUAN, page_size=size)] == sids[::-1]


def test_list_stops_at_the_limit(client):
    for _ in range(3):
        client.messages.create(to=JUAN, from_=OURS, body="Hola")

    assert len(client.messages.list(limit=2)) == 2


def test_list_has_what_people_wrote_whether_or_not_the_webhook_took_it(simulate):
    simulator = simulate(webhook_base="http://127.0.0.1:9")
    written = simulator.writes(JUAN, "BAJA")
    now = datetime.now(UTC)

    with sync_client() as client:
        [message] = client.messages.list(
            to=f"whatsapp:{SERVICE_NUMBER}", date_sent_after=now - timedelta(minutes=1)
        )

    assert (message.sid, message.direction, message.status, message.body) == (
        written["sid"],
        "inbound",
        "received",
        "BAJA",
    )
    assert (written["status"], message.date_sent is None) == (0, False)
