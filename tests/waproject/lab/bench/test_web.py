"""The requests of the bench, and how their answers are read."""

from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client, RequestFactory

from messaging.models import Message
from messaging.twilio.signature import is_genuine
from waproject.lab.bench.load import Answers, is_last_of_its_line, size_of
from waproject.lab.bench.webhooks import Request, callbacks_of, make_people, messages_of
from waproject.lab.twilio_simulator.account import AUTH_TOKEN
from waproject.lab.twilio_simulator.webhooks.webhook_client import signature


@pytest.mark.parametrize("path", ["", "/twilio/only-checked"])
def test_request_is_signed_for_the_path_it_is_sent_to(path, rf: RequestFactory):
    asked = Request("http://testserver/twilio/status?token=t", {"To": "whatsapp:+56975400946"})
    head, body = asked.signed(path).decode().split("\r\n\r\n")
    first, *lines = head.split("\r\n")
    headers = dict(line.split(": ") for line in lines)

    request = rf.post(
        first.split()[1],
        body,
        content_type="application/x-www-form-urlencoded",
        headers={"X-Twilio-Signature": headers["X-Twilio-Signature"]},
    )

    assert urlsplit(first.split()[1]).path == (path or "/twilio/status")
    assert (is_genuine(request, AUTH_TOKEN), headers["Content-Length"]) == (True, str(len(body)))


@pytest.mark.parametrize(
    ("received", "size"),
    [
        (b"HTTP/1.1 204 No Content\r\nServer: x", None),
        (b"HTTP/1.1 204 No Content\r\nServer: x\r\n\r\n", 38),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nHel", 43),
    ],
)
def test_size_of_an_answer_counts_head_and_body(received, size):
    assert size_of(received) == size


def test_answers_other_than_yes_are_no_answers():
    answers = Answers(seconds=1.0)
    answers.statuses.update({204: 3, 500: 1})

    with pytest.raises(RuntimeError, match="500: 1"):
        answers.demand_success()


@pytest.mark.parametrize(
    ("answer", "is_last"),
    [
        (b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", True),
        (b"HTTP/1.1 200 OK\r\nConnection: keep-alive\r\n\r\nConnection: close", False),
    ],
)
def test_a_server_says_when_it_takes_no_further_request(answer, is_last):
    assert is_last_of_its_line(answer) is is_last


def post(request: Request, client: Client) -> int:
    signed = {"X-Twilio-Signature": signature(request.url, request.form)}
    path = request.url.removeprefix(settings.PUBLIC_BASE_URL)
    return client.post(path, request.form, headers=signed).status_code


@pytest.mark.django_db
def test_what_is_posted_for_people_is_taken_in(client: Client):
    make_people(3)

    reported = [post(one, client) for one in callbacks_of(range(3))]
    received = [post(one, client) for one in messages_of(range(3))]

    assert (reported, received) == ([204] * 6, [200] * 6)
    sent = Message.objects.filter(direction="outbound", campaign_id__isnull=False)
    assert {*sent.values_list("status", flat=True)} == {"read"}
    assert Message.objects.filter(direction="inbound").count() == 6
