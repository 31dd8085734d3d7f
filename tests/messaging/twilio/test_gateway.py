import asyncio
import logging
import socket
import threading
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.providers.base import (
    Accepted,
    MessageOrigin,
    NotAccepted,
    NotConfigured,
    OutboundRequest,
    ProviderRefuses,
    ProviderUnavailable,
    Rejected,
    Unknown,
)
from messaging.twilio.clients import form_encoded
from tests.simulation import gateway as open_gateway
from waproject.lab.twilio_simulator.faults import Fault

JUAN = "+56975400946"
OURS = "+56220000000"


def request(to=JUAN, **changes):
    return OutboundRequest(**{"to": to, "sender_address": OURS, "body": "Hola", **changes})


def send(*requests):
    async def send_all():
        async with open_gateway() as gateway:
            return await asyncio.gather(*map(gateway.send, requests))

    return asyncio.run(send_all())


def listed(to, since, channel="whatsapp"):
    async def ask():
        async with open_gateway() as gateway:
            return await gateway.list_messages(to, since, channel)

    return asyncio.run(ask())


def fetched(sid):
    async def ask():
        async with open_gateway() as gateway:
            return await gateway.fetch(sid)

    return asyncio.run(ask())


def an_hour_ago():
    return datetime.now(UTC) - timedelta(hours=1)


@pytest.fixture
def broken_server(settings):
    """A server that answers every request with the bytes given, and then closes."""
    listener = socket.create_server(("127.0.0.1", 0))

    def answer_with(answer: bytes) -> None:
        def serve():
            connection, _address = listener.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(answer)

        threading.Thread(target=serve, daemon=True).start()
        settings.TWILIO_API_BASE_URL = f"http://127.0.0.1:{listener.getsockname()[1]}"

    yield answer_with
    listener.close()


def answer(status, body, headers=""):
    return f"HTTP/1.1 {status}\r\n{headers}Content-Length: {len(body)}\r\n\r\n{body}".encode()


def test_send_is_accepted_with_the_sid_of_the_provider(simulator):
    [result] = send(request())

    assert result == Accepted(simulator.journal[0]["sid"], "queued", result.raw)


def test_send_hands_over_a_text(simulator):
    send(request(status_callback="http://localhost/s", validity_period=60))

    entry = simulator.journal[0]
    assert (entry["to"], entry["from"], entry["body"], entry["status_callback"]) == (
        f"whatsapp:{JUAN}",
        f"whatsapp:{OURS}",
        "Hola",
        "http://localhost/s",
    )


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_form_arrives_as_it_was_whatever_the_text(text):
    data = {"To": "whatsapp:+56975400946", "Body": text, text: "ñ&=+;%", "ValidityPeriod": 60}

    arrived = dict(parse_qsl(form_encoded(data).decode(), keep_blank_values=True))

    assert arrived == {name: str(value) for name, value in data.items()}


def test_send_hands_over_a_template(simulator):
    content_sid = "HX" + "a" * 32

    send(request(body=None, content_sid=content_sid, content_variables={"1": "María"}))

    entry = simulator.journal[0]
    assert (entry["content_sid"], entry["content_variables"]) == (content_sid, {"1": "María"})


def test_send_by_messaging_service_is_accepted(simulator):
    service = request(sender_address=None, messaging_service_sid="MG" + "b" * 32)

    [result] = send(service)

    assert (result.status, result.raw["messaging_service_sid"]) == ("accepted", "MG" + "b" * 32)


def test_send_by_sms_has_bare_addresses(simulator):
    send(request(channel="sms"))

    assert (simulator.journal[0]["to"], simulator.journal[0]["from"]) == (JUAN, OURS)


def test_send_to_a_person_without_phone(simulator):
    send(request(to="CL.1234"))

    assert simulator.journal[0]["to"] == "whatsapp:CL.1234"


def test_send_is_concurrent(simulate):
    simulator = simulate(latency=0.3)
    started = datetime.now(UTC)

    results = send(*(request(f"+569754{n:05}") for n in range(150)))

    assert len({result.sid for result in results}) == len(simulator.journal) == 150
    assert datetime.now(UTC) - started < timedelta(seconds=10)


@pytest.mark.parametrize(
    ("kind", "result", "accepted"),
    [
        ("429", NotAccepted, 0),
        ("500", Unknown, 0),
        ("500-accepted", Unknown, 1),
        ("drop", Unknown, 0),
        ("drop-accepted", Unknown, 1),
        ("timeout", Unknown, 0),
        ("timeout-accepted", Unknown, 1),
        ("malformed", Unknown, 1),
        ("wrong-type", Unknown, 1),
        ("slow", Accepted, 1),
        ("lost-callback", Accepted, 1),
        ("early-callback", Accepted, 1),
        ("late-callback", Accepted, 1),
        ("63016", Accepted, 1),
        ("21211", Rejected, 0),
        ("63038", Rejected, 0),
    ],
)
def test_send_tells_what_is_known_after_trouble(simulate, settings, kind, result, accepted):
    simulator = simulate(faults=(Fault(kind, 1.0),), slow_by=0.1)
    settings.TWILIO_TIMEOUT_SECONDS = 0.5

    [outcome] = send(request())

    assert (type(outcome), len(simulator.journal)) == (result, accepted)


def test_send_tells_the_code_of_a_refusal(simulate):
    simulate(faults=(Fault("21610", 1.0),))

    assert send(request()) == [Rejected("21610", "Simulated error", 400)]


def test_send_tells_when_to_come_back(simulate):
    simulate(faults=(Fault("429", 1.0),))

    first, second = send(request()), send(request())

    assert [first[0].retry_after, second[0].retry_after] == [1.0, None]


def test_send_to_a_closed_port_was_not_accepted(settings):
    with socket.create_server(("127.0.0.1", 0)) as free:
        settings.TWILIO_API_BASE_URL = f"http://127.0.0.1:{free.getsockname()[1]}"

    assert send(request()) == [NotAccepted("The provider could not be reached.")]


def test_send_to_an_unknown_host_was_not_accepted(settings):
    settings.TWILIO_API_BASE_URL = "http://nowhere.invalid"

    assert send(request()) == [NotAccepted("The provider could not be reached.")]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (answer("201 Created", "[]"), Unknown("The provider's answer could not be read.")),
        (answer("201 Created", "{}"), Unknown("The provider's answer could not be read.")),
        (answer("201 Created", ""), Unknown("The provider's answer could not be read.")),
        (answer("502 Bad Gateway", "<html>"), Unknown("The provider answered with HTTP 502.")),
        (answer("307 Redirect", ""), Unknown("The provider answered with HTTP 307.")),
        (answer("413 Too Large", "<html>"), Rejected(None, "Unable to create record", 413)),
        (
            answer("429 Slow", "<html>", "Retry-After: 7\r\n"),
            NotAccepted("The provider asked us to slow down.", 7.0),
        ),
        (
            answer("400 Bad", '{"type": "t", "title": "No", "status": 400, "code": 21211}'),
            Rejected("21211", "No", 400),
        ),
        (
            b"HTTP/1.1 413 Too Large\r\nContent-Length: 4\r\n\r\nA\xf1o.",
            Rejected(None, "Unable to create record", 413),
        ),
        (b"", Unknown("The connection broke before the provider answered.")),
        (
            b"HTTP/1.1 201 Created\r\nContent-Length: 99\r\n\r\n{",
            Unknown("The connection broke before the provider answered."),
        ),
    ],
    ids=lambda value: repr(value)[:40] if isinstance(value, bytes) else "",
)
def test_send_understands_whatever_stands_between(broken_server, given, expected):
    broken_server(given)

    assert send(request()) == [expected]


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("0", 0.0), ("99999999999", 3600.0), ("inf", None), ("-1", None), ("Fri, 20 Nov 2026", None)],
)
def test_send_waits_no_longer_than_is_sensible(broken_server, header, seconds):
    broken_server(answer("429 Slow", "", f"Retry-After: {header}\r\n"))

    assert send(request())[0].retry_after == seconds


def test_send_posts_once_even_after_an_error(simulate):
    simulator = simulate(faults=(Fault("500-accepted", 1.0),))

    send(request())

    assert len(simulator.journal) == 1


def test_gateway_refuses_to_open_without_an_account(settings):
    settings.TWILIO_ACCOUNT_SID = ""

    with pytest.raises(NotConfigured, match="Set TWILIO_ACCOUNT_SID"):
        open_gateway()


def test_log_holds_no_phone_number(simulator, caplog):
    caplog.set_level(logging.DEBUG)

    send(request())
    listed(JUAN, an_hour_ago())

    assert JUAN.lstrip("+") not in caplog.text


def test_repr_holds_no_personal_data():
    assert repr(request(status_callback="http://localhost/s?token=1")) == (
        f"OutboundRequest(sender_address='{OURS}', messaging_service_sid=None, content_sid=None,"
        " validity_period=None, channel='whatsapp')"
    )


def test_list_messages_finds_those_to_an_address(simulator):
    sid = send(request(), request("+56990080338"))[0].sid

    [message] = listed(JUAN, an_hour_ago())

    assert (message.sid, message.to, message.from_, message.body, message.origin) == (
        sid,
        JUAN,
        OURS,
        "Hola",
        MessageOrigin.REQUEST,
    )


def test_list_messages_leaves_out_older_ones(simulator):
    send(request())

    assert listed(JUAN, datetime.now(UTC) + timedelta(seconds=2)) == []


def test_list_messages_finds_one_still_queued(simulate):
    simulate(delay=60)
    send(request())

    [message] = listed(JUAN, datetime.now(UTC))

    assert (message.status, message.date_sent) == ("queued", None)


def test_list_messages_says_when_it_cannot_know(settings):
    settings.TWILIO_API_BASE_URL = "http://nowhere.invalid"

    with pytest.raises(ProviderUnavailable, match="could not be reached"):
        listed(JUAN, an_hour_ago())


def test_list_messages_says_when_it_is_throttled(broken_server):
    broken_server(answer("429 Slow", ""))

    with pytest.raises(ProviderUnavailable, match="asked us to slow down"):
        listed(JUAN, an_hour_ago())


def received(since, until, limit=10):
    async def ask():
        async with open_gateway() as gateway:
            return await gateway.list_received("whatsapp", OURS, since, until, limit)

    return asyncio.run(ask())


def test_list_received_tells_what_a_webhook_would_have_brought_oldest_first(simulate):
    simulator = simulate(webhook_base="http://127.0.0.1:9")
    sids = [simulator.writes(JUAN, text, to=OURS)["sid"] for text in ("BAJA", "ALTA")]
    simulator.writes(JUAN, "Hola", to="+56220000001")
    send(request(to=OURS))

    found = received(an_hour_ago(), datetime.now(UTC))

    assert [(one.sid, one.phone, one.sender_address, one.text) for one in found] == [
        (sid, JUAN, OURS, body) for sid, body in zip(sids, ("BAJA", "ALTA"), strict=True)
    ]


@pytest.mark.parametrize(("first", "last", "count"), [(-60, 0, 1), (0, 60, 1), (-60, -2, 0)])
def test_list_received_takes_both_moments_in(simulate, first, last, count):
    simulator = simulate(webhook_base="http://127.0.0.1:9")
    simulator.writes(JUAN, "BAJA", to=OURS)
    [written] = received(an_hour_ago(), datetime.now(UTC))

    moments = [written.at + timedelta(seconds=seconds) for seconds in (first, last)]

    assert len(received(*moments)) == count


def test_list_received_is_none_where_the_oldest_could_be_missing(simulate):
    simulator = simulate(webhook_base="http://127.0.0.1:9")
    for _ in range(3):
        simulator.writes(JUAN, "BAJA", to=OURS)

    asked = (an_hour_ago(), datetime.now(UTC))

    assert [received(*asked, limit) is None for limit in (2, 3, 4)] == [True, True, False]


def test_list_received_says_when_it_cannot_know(settings):
    settings.TWILIO_API_BASE_URL = "http://127.0.0.1:9"

    with pytest.raises(ProviderUnavailable):
        received(an_hour_ago(), datetime.now(UTC))


def test_fetch_message_tells_its_state(simulate):
    simulator = simulate(faults=(Fault("63016", 1.0),))
    [accepted] = send(request())
    simulator.settle()

    message = fetched(accepted.sid)

    assert (message.status, message.error_code) == ("failed", "63016")


def test_fetch_message_of_an_unknown_sid_is_none(simulator):
    assert fetched("SM" + "0" * 32) is None


def test_fetch_message_says_when_the_account_is_refused(simulator, settings):
    settings.TWILIO_AUTH_TOKEN = "wrong"

    with pytest.raises(ProviderRefuses, match=r"HTTP 401, code 20003"):
        fetched("SM" + "0" * 32)
