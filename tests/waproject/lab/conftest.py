"""A server that keeps the webhooks it is sent."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl

import pytest
from twilio.request_validator import RequestValidator

from waproject.lab.twilio_simulator.account import AUTH_TOKEN


@dataclass
class Webhook:
    path: str
    form: dict[str, str]
    is_signed: bool
    token: str


@dataclass
class Receiver:
    url: str
    answer: str = ""
    status: int = 200
    received: list[Webhook] = field(default_factory=list)

    def values(self, name: str) -> list[str | None]:
        """One parameter of every webhook, in the order of arrival."""
        return [webhook.form.get(name) for webhook in self.received]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = dict(parse_qsl(body, keep_blank_values=True))
            is_signed = RequestValidator(AUTH_TOKEN).validate(
                receiver.url + self.path, form, self.headers["X-Twilio-Signature"]
            )
            token = self.headers["I-Twilio-Idempotency-Token"]
            receiver.received.append(Webhook(self.path, form, is_signed, token))
            self.send_response(receiver.status)
            self.end_headers()
            self.wfile.write(receiver.answer.encode())

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver = Receiver(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield receiver
    server.shutdown()
    thread.join()
    server.server_close()
