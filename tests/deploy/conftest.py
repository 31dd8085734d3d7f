"""The site behind the proxies of deploy/, with the server's own configuration."""

import os
import re
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.conf import settings
from twilio.request_validator import RequestValidator

from tests.installation import environment_for, run_manage
from waproject.lab import services
from waproject.lab.ports import LOCAL, free_port
from waproject.lab.twilio_simulator.account import ACCOUNT_SID, AUTH_TOKEN
from waproject.workers.processes.children import Stack

# Roles are PostgreSQL's.
collect_ignore = ["test_roles.py"] if "sqlite" in settings.DATABASES["default"]["ENGINE"] else []

DEPLOY = settings.BASE_DIR / "deploy"
FORM = "application/x-www-form-urlencoded"
INBOUND = "/twilio/inbound"
PATIENCE_SECONDS = 10
OLD_CADDY = (2, 6, 4)


@dataclass(frozen=True)
class Served:
    """A running site. `port` is what the public sees; `web` and `hooks` stand behind it."""

    port: int
    web: int
    hooks: int
    database: Path

    def request(self, path: str, body: bytes = b"", port: int = 0, **headers: str) -> int:
        """Post a form; returns the status, or 0 when no answer came in time."""
        connection = HTTPConnection(LOCAL, port or self.port, timeout=PATIENCE_SECONDS)
        try:
            connection.request("POST", path, body, {"Content-Type": FORM, **headers})
            return connection.getresponse().status
        except OSError:
            return 0
        finally:
            connection.close()

    def log_in(self, name: str, port: int = 0, **headers: str) -> int:
        """Try a wrong password; any made-up cookie passes for the form's own."""
        token = "a" * 32
        form = {"login": name, "password": "x", "csrfmiddlewaretoken": token}
        cookie = {"Cookie": f"csrftoken={token}"}
        return self.request("/accounts/login/", urlencode(form).encode(), port, **cookie, **headers)

    def write(self, number: int, port: int = 0) -> int:
        """A person's signed message; returns the status of the answer."""
        form = {
            "AccountSid": ACCOUNT_SID,
            "MessageSid": f"SM{number:032x}",
            "From": "whatsapp:+56975400946",
            "To": "whatsapp:+56226180000",
            "Body": "hola",
        }
        url = f"{services.local_address(self.port)}{INBOUND}"
        signature = RequestValidator(AUTH_TOKEN).compute_signature(url, form)
        header = {"X-Twilio-Signature": signature}
        return self.request(INBOUND, urlencode(form).encode(), port, **header)


@pytest.fixture(scope="session")
def collected() -> None:
    """The static files, as the project's own settings name them: pages need their names."""
    collect = "from waproject.lab.preparation import prepare_static_files; prepare_static_files()"
    environment = environment_for("sqlite://:memory:")
    run_manage("shell", "--verbosity=0", "--command", collect, environment=environment)


@pytest.fixture
def served(migrated: Path, collected: None, tmp_path: Path) -> Iterator[Served]:
    """Web and webhooks, each a server of its own, without a proxy yet."""
    database = tmp_path / "db.sqlite3"
    shutil.copy(migrated, database)
    site = Served(free_port(), free_port(), free_port(), database)
    environment = {
        **environment_for(f"sqlite:///{database}"),
        **services.simulated_environment(site.port, 9),
        "DJANGO_SETTINGS_MODULE": "waproject.settings",
    }
    with Stack(environment) as stack:
        for name, port in (("web", site.web), ("hooks", site.hooks)):
            (tmp_path / name).mkdir()
            services.start_web(stack, port, tmp_path / name, name=name)
        for name, port in (("web", site.web), ("hooks", site.hooks)):
            services.wait_until_it_answers(stack, name, port)
        yield site


@pytest.fixture(params=["nginx", "caddy"])
def proxied(request, served: Served, tmp_path: Path) -> Iterator[Served]:
    """The same behind a proxy that runs the example of deploy/."""
    program = shutil.which(request.param)
    if program is None:
        sentence = f"No {request.param} here."
        pytest.fail(sentence) if os.environ.get("REQUIRE_BROWSER") else pytest.skip(sentence)
    command = {"nginx": nginx, "caddy": caddy}[request.param](program, served, tmp_path)
    with (tmp_path / "proxy.log").open("w") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        wait_for(served.port, process, tmp_path / "proxy.log")
        yield served
    finally:
        process.terminate()
        process.wait(timeout=20)


def nginx(program: str, site: Served, folder: Path) -> list[str]:
    """The command for the site of nginx.conf, without TLS, on the ports of the test."""
    text = with_ports((DEPLOY / "nginx.conf").read_text(encoding="utf-8"), site)
    text = text.replace("listen 443 ssl;", f"listen {LOCAL}:{site.port};")
    text = text.replace("listen 80;", f"listen {LOCAL}:{free_port()};")
    text = text.replace("X-Forwarded-Proto https", "X-Forwarded-Proto $scheme")
    text = re.sub(r"^ *(http2|ssl_certificate\w*) .*;$", "", text, flags=re.MULTILINE)
    paths = "".join(
        f"{kind}_temp_path {folder}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"daemon off; pid {folder}/nginx.pid; error_log stderr;\n"
        f"events {{}}\nhttp {{ access_log off; {paths}\n{text}\n}}"
    )
    return [program, "-p", str(folder), "-c", str(folder / "nginx.conf")]


def caddy(program: str, site: Served, folder: Path) -> list[str]:
    """The command for the site of Caddyfile, without TLS, on the ports of the test."""
    text = with_ports((DEPLOY / "Caddyfile").read_text(encoding="utf-8"), site)
    text = text.replace("wa.example.com {", f"http://{LOCAL}:{site.port} {{")
    text = text.replace("{\n\tservers", "{\n\tadmin off\n\tservers", 1)
    version = subprocess.run([program, "version"], capture_output=True, text=True, check=True)
    if tuple(map(int, re.findall(r"\d+", version.stdout)[:3])) < OLD_CADDY:
        text = text.replace("request_buffers 1MB", "buffer_requests")  # as the file says
    (folder / "Caddyfile").write_text(text)
    return [program, "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]


def with_ports(text: str, site: Served) -> str:
    return text.replace(f"{LOCAL}:8000", f"{LOCAL}:{site.web}").replace(
        f"{LOCAL}:8001", f"{LOCAL}:{site.hooks}"
    )


def wait_for(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex((LOCAL, port)) == 0:
                return
        time.sleep(0.05)
    pytest.fail(log.read_text())


@contextmanager
def slow_clients(port: int, count: int, *beginnings: bytes) -> Iterator[None]:
    """So many connections that begin a request, in turn with these, and send a byte a second."""
    over = threading.Event()
    with ExitStack() as connections:
        sockets = [
            connections.enter_context(socket.create_connection((LOCAL, port), timeout=5))
            for _number in range(count)
        ]
        for number, one in enumerate(sockets):
            one.sendall(beginnings[number % len(beginnings)])
        dribbling = threading.Thread(target=dribble, args=(sockets, over.wait))
        dribbling.start()
        try:
            yield
        finally:
            over.set()
            dribbling.join()


def dribble(sockets: list[socket.socket], is_over: Callable[[float], bool]) -> None:
    alive = set(sockets)
    while not is_over(1):
        for one in [*alive]:
            try:
                one.send(b"a")
            except OSError:  # the proxy has ended it
                alive.discard(one)
