"""The documented proxies as they run: slow, large and false requests stay outside."""

import sqlite3
import threading

import pytest

from tests.deploy.conftest import FORM, INBOUND, PATIENCE_SECONDS, Served, slow_clients
from waproject.lab.ports import LOCAL

pytestmark = [pytest.mark.slow, pytest.mark.process]

HEADERS_WITHOUT_END = b"POST /accounts/login/ HTTP/1.1\r\nHost: localhost\r\nX-Slow: "
BODIES_WITHOUT_END = [
    f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {FORM}\r\n"
    f"X-Twilio-Signature: x\r\nContent-Length: 100000\r\n\r\n".encode()
    for path in (INBOUND, "/accounts/login/")
]


def test_slow_clients_do_not_hold_up_a_message(proxied: Served):
    with slow_clients(proxied.port, 60, HEADERS_WITHOUT_END, *BODIES_WITHOUT_END):
        during = [proxied.write(number) for number in range(5)]

    assert (during, proxied.write(5)) == ([200] * 5, 200)


def test_slow_clients_hold_up_a_server_without_a_proxy(served: Served):
    with slow_clients(served.hooks, 20, BODIES_WITHOUT_END[0]):
        assert served.write(1, port=served.hooks) == 0


@pytest.mark.parametrize(("path", "megabytes"), [(INBOUND, 2), ("/accounts/login/", 120)])
def test_body_larger_than_any_of_ours_is_refused(proxied: Served, path, megabytes):
    headers = {"Content-Length": str(megabytes * 1_000_000)}

    assert proxied.request(path, b"", **headers) in {0, 413}
    assert proxied.write(1) == 200


def test_address_of_who_logs_in_is_the_proxy_s_word(proxied: Served):
    assert proxied.log_in("jefa", **{"X-Forwarded-For": "203.0.113.7"}) == 200

    with sqlite3.connect(proxied.database) as database:
        assert database.execute("SELECT ip_address FROM axes_accessattempt").fetchall() == [
            (LOCAL,)
        ]


def test_log_ins_do_not_hold_up_a_message(served: Served):
    """Hashing a password takes the processor for half a second, and the process's one lock."""
    answers: list[int] = []

    trying = [
        threading.Thread(target=served.log_in, args=[f"user{number}", served.web])
        for number in range(32)
    ]
    for one in trying:
        one.start()
    while any(one.is_alive() for one in trying):
        answers.append(served.write(len(answers), port=served.hooks))
    for one in trying:
        one.join(PATIENCE_SECONDS)

    assert set(answers) == {200}
    assert len(answers) > 20
