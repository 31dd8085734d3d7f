import asyncio
import contextlib
import socket
import threading

import pytest

from waproject.lab.twilio_simulator.webhooks.webhook_client import WebhookClient

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@pytest.fixture
def server():
    """A server that answers its connections, in turn, with the bytes given; b"" hangs up."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve(*answers: bytes) -> tuple[str, list[bytes]]:
        requests: list[bytes] = []

        def run():
            with contextlib.suppress(OSError):  # the test may end before all answers are given
                for answer in answers:
                    connection, _address = listener.accept()
                    with connection:
                        requests.append(connection.recv(65536))
                        connection.sendall(answer)

        threading.Thread(target=run, daemon=True).start()
        return f"http://127.0.0.1:{listener.getsockname()[1]}/", requests

    yield serve
    listener.close()


def post(url, webhook_base=""):
    async def deliver():
        webhook_client = WebhookClient(webhook_base)
        try:
            return await webhook_client.post(url, {"MessageSid": "SM1"})
        finally:
            await webhook_client.close()

    return asyncio.run(deliver())


def token(request: bytes) -> bytes:
    [line] = [line for line in request.split(b"\r\n") if b"Idempotency-Token" in line]
    return line


def test_webhook_is_posted_again_when_the_connection_fails(server):
    url, requests = server(b"", ANSWER)

    assert post(url) == (200, "ok")
    assert token(requests[0]) == token(requests[1])


def test_webhook_is_posted_twice_at_most(server):
    url, requests = server(b"", b"", ANSWER)

    assert (post(url), len(requests)) == ((0, ""), 2)


def test_webhook_that_was_half_answered_is_not_posted_again(server):
    url, requests = server(ANSWER[:-1], ANSWER)

    assert (post(url), len(requests)) == ((0, ""), 1)


def test_webhook_goes_to_the_host_it_was_started_for(caplog):
    post("http://project.invalid/s", webhook_base="http://project.invalid")

    assert caplog.messages == ["A webhook of the simulator found nobody, or got no answer."]


@pytest.mark.parametrize("url", ["https://wa.automotora.cl/s", "http://10.0.0.8/s", "no url"])
def test_webhook_goes_nowhere_else(url, caplog):
    assert post(url, webhook_base="http://127.0.0.1:8000") == (0, "")
    assert caplog.messages == [
        "No webhook is posted to a host other than this machine's own.",
    ]
