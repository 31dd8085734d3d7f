"""The real client against a real server; only the servers' names are ours."""

import asyncio
import io
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from yarl import URL

from waproject.core.fetching.fetching import Fetched, Fetcher, NotFetched, Origin, Why

pytestmark = pytest.mark.process
LIMIT = 100_000
CREDENTIALS = "Basic c2VjcmV0"


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.heard: list[tuple[str, str | None]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def do_GET(self) -> None:
        self.server.heard.append((self.path, self.headers.get("Authorization")))
        what = self.path.strip("/").partition("?")
        getattr(self, f"_{what[0]}")(what[2])

    def _file(self, _more: str) -> None:
        self._answer(200, b"x" * 10, {"Content-Disposition": 'attachment; filename="a b.txt"'})

    def _to(self, target: str) -> None:
        self._answer(302, b"", {"Location": target})

    def _status(self, code: str) -> None:
        self._answer(int(code), b"")

    def _packed(self, _more: str) -> None:
        self._answer(200, b"\x1f\x8b", {"Content-Encoding": "gzip"})

    def _large(self, _more: str) -> None:
        self._answer(200, b"x" * (LIMIT + 1))

    def _endless(self, _more: str) -> None:
        """Chunks without an end, and without saying how long it is."""
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        try:
            while True:
                self.wfile.write(b"1000\r\n" + b"x" * 4096 + b"\r\n")
        except OSError:
            self.close_connection = True

    def _answer(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "text/plain", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_given: object) -> None:
        """Nothing: the tests' output is for what fails."""


@pytest.fixture
def server() -> Iterator[Server]:
    yield from serving()


@pytest.fixture
def other() -> Iterator[Server]:
    """Another server on this machine, which nobody is to ask."""
    yield from serving()


def serving() -> Iterator[Server]:
    server = Server()
    thread = threading.Thread(target=server.serve_forever, args=[0.01], daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def fetch(server: Server, address: str, seconds: float = 10) -> tuple[Fetched, bytes]:
    into = io.BytesIO()

    async def ask() -> Fetched:
        origin = Origin(URL(server.url), {"Authorization": CREDENTIALS})
        async with Fetcher(origin, seconds=seconds) as fetcher:
            return await fetcher.fetch(address, into, limit=LIMIT)

    return asyncio.run(ask()), into.getvalue()


def refusal(server: Server, address: str, seconds: float = 10) -> Why:
    with pytest.raises(NotFetched) as refused:
        fetch(server, address, seconds)
    return refused.value.why


def test_a_file_comes_with_its_type_and_name(server):
    found, content = fetch(server, f"{server.url}/file")

    assert (found, content) == (Fetched(10, "text/plain", "a b.txt"), b"x" * 10)
    assert server.heard == [("/file", CREDENTIALS)]


def test_a_redirect_within_the_server_is_followed(server):
    assert fetch(server, f"{server.url}/to?/file")[1] == b"x" * 10


@pytest.mark.parametrize(
    "target",
    [
        *("https://127.0.0.1/x", "https://[::1]/x", "https://169.254.169.254/latest/meta-data"),
        *("https://[::ffff:127.0.0.1]/x", "https://localhost/x", "https://127.1/x"),
        *("https://2130706433/x", "https://0x7f.1/x", "http://example.com/x", "file:///etc/passwd"),
        *("https://example.com:8443/x", "https://name@example.com/x", "gopher://example.com/x"),
    ],
)
def test_neither_an_address_nor_a_redirect_leads_into_our_network(server, target):
    assert refusal(server, target) is Why.FORBIDDEN
    assert refusal(server, f"{server.url}/to?{target}") is Why.FORBIDDEN


def test_another_server_on_this_machine_is_neither_asked_nor_told(server, other):
    assert refusal(server, f"{server.url}/to?{other.url}/file") is Why.FORBIDDEN
    assert other.heard == []


def test_a_name_that_changes_its_address_is_asked_where_it_was_looked_at(server, monkeypatch):
    """DNS rebinding: the first answer is public, every later one is this machine."""
    answers = [["127.0.0.1"]]

    class Rebinding:
        async def resolve(self, host, port=0, family=0):
            return [{"host": one, "port": port} for one in answers[0]]

        async def close(self):
            answers.clear()

    monkeypatch.setattr("waproject.core.fetching.addresses.ThreadedResolver", Rebinding)

    assert refusal(server, "https://files.example.com/x") is Why.FORBIDDEN


@pytest.mark.parametrize(
    ("path", "why"),
    [
        *(("large", Why.TOO_LARGE), ("endless", Why.TOO_LARGE), ("packed", Why.PACKED)),
        *(("status?404", Why.GONE), ("status?410", Why.GONE), ("status?401", Why.DENIED)),
        *(("status?400", Why.REFUSED), ("status?503", Why.AWAY), ("status?429", Why.AWAY)),
        ("to?/to?/to?/to?/to?/to?/to?/to?/file", Why.ASTRAY),
    ],
)
def test_why_nothing_came(server, path, why):
    assert refusal(server, f"{server.url}/{path}") is why


def test_a_server_that_is_silent_or_gone_is_asked_again_later(server, other):
    other.shutdown()
    other.server_close()

    async def ask() -> None:
        async with Fetcher(Origin(URL(other.url), {}), seconds=5) as fetcher:
            await fetcher.fetch(f"{other.url}/file", io.BytesIO(), limit=LIMIT)

    with pytest.raises(NotFetched) as refused:
        asyncio.run(ask())
    assert refused.value.is_passing
