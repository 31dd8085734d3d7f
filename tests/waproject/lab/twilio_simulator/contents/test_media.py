"""The files of contents are fetched from this machine, as Twilio fetches them from outside."""

import asyncio
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from waproject.lab.twilio_simulator.contents.media import MediaClient
from waproject.lab.twilio_simulator.contents.store import Contents, SimulatedContent

JPEG = b"\xff\xd8\xff\xe0 auto"
FILES = {
    "/auto.jpg": (200, "image/jpeg", JPEG),
    "/large.jpg": (200, "image/jpeg", JPEG + b"x" * 5 * 1024 * 1024),
    "/page.jpg": (200, "image/jpeg", b"<html>"),
    "/page.html": (200, "text/html", b"<html>"),
    "/moved.jpg": (302, "image/jpeg", b""),
    "/half.jpg": (200, "image/jpeg", JPEG + b"x" * 3 * 1024 * 1024),
    "/auto.gif": (200, "image/gif", b"GIF89a"),
    "/nota.ogg": (200, "audio/ogg", b"OggS"),
    "/oferta.pdf": (200, "application/pdf", b"%PDF-1.7"),
}


class _Files(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        status, content_type, content = FILES.get(self.path, (404, "text/plain", b""))
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
        self.server.asked.append(self.path)

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def server() -> Iterator[ThreadingHTTPServer]:
    running = ThreadingHTTPServer(("127.0.0.1", 0), _Files)
    running.asked = []
    thread = Thread(target=running.serve_forever, args=[0.01])
    thread.start()
    yield running
    running.shutdown()
    thread.join()
    running.server_close()


def content_with(address: str) -> SimulatedContent:
    return Contents().add("auto", "es", {"twilio/media": {"body": "Hola", "media": [address]}}, {})


def objections(server: ThreadingHTTPServer, *paths: str) -> list[str]:
    async def ask() -> list[str]:
        client = MediaClient("")
        base = f"http://127.0.0.1:{server.server_port}"
        return [await client.objection(content_with(f"{base}{path}")) for path in paths]

    return asyncio.run(ask())


def test_good_files_are_fetched_once_in_a_while(server):
    assert objections(server, "/auto.jpg", "/auto.jpg", "/oferta.pdf") == ["", "", ""]
    assert server.asked.count("/auto.jpg") == 1


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("/none.jpg", "The media could not be downloaded: HTTP 404."),
        ("/moved.jpg", "The media could not be downloaded: HTTP 302."),
        ("/page.html", "The media type text/html is not supported."),
        ("/page.jpg", "The media is not of its Content-Type."),
        ("/large.jpg", "The media is too large."),
    ],
)
def test_what_twilio_would_not_send_is_told(server, path, sentence):
    assert objections(server, path) == [sentence]


def test_where_nobody_answers_nothing_is_sent():
    client = MediaClient("")

    said = asyncio.run(client.objection(content_with("http://127.0.0.1:9/auto.jpg")))

    assert said == "The media could not be downloaded: nobody answers."


def test_files_elsewhere_in_the_web_are_left_alone():
    client = MediaClient("http://localhost:8000")

    assert asyncio.run(client.objection(content_with("https://autos.example/a.jpg"))) == ""
    assert asyncio.run(client.objection(Contents().add("a", "es", {}, {}))) == ""


@pytest.mark.parametrize(
    ("channel", "paths", "sentence"),
    [
        ("whatsapp", ["/nota.ogg"], ""),
        ("whatsapp", ["/auto.gif"], "The media type image/gif is not supported."),
        ("sms", ["/auto.gif", "/nota.ogg", "/oferta.pdf"], ""),
        ("sms", ["/half.jpg", "/half.jpg"], "The media are too large together."),
        ("sms", ["/auto.gif", "/none.jpg"], "The media could not be downloaded: HTTP 404."),
    ],
)
def test_files_of_a_message_are_looked_at_for_their_channel(server, channel, paths, sentence):
    base = f"http://127.0.0.1:{server.server_port}"
    urls = [f"{base}{path}" for path in paths]

    assert asyncio.run(MediaClient("").objection_to(urls, channel)) == sentence
