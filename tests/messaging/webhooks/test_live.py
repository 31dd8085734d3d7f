"""The webhooks over real HTTP, called by the simulated provider."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.servers.basehttp import WSGIServer
from django.db import connection
from django.test.testcases import LiveServerThread
from pytest_django.live_server_helper import LiveServer

from contacts.models import Contact
from messaging.inbound import late
from messaging.models import Message
from tests.messaging.conftest import PERSON
from tests.simulation import Simulate
from waproject.lab.ports import LOCAL, free_port
from waproject.lab.twilio_simulator.running import RunningSimulator
from waproject.workers import tick

# Rolled back to what the migrations put in: the phrases and the replies.
pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


class OneAtATime(WSGIServer):
    """Answers one request after the other.

    The suite's database on SQLite lies in memory and has one connection, which the server shares
    with the test. Two requests at the same time would end each other's transaction on it, or leave
    it open for the next test.
    """

    def __init__(self, *args: Any, connections_override: object, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)


@pytest.fixture(scope="session")
def server_class() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        if connection.vendor == "sqlite":
            patch.setattr(LiveServerThread, "server_class", OneAtATime)
        yield


@pytest.fixture(scope="session")
def live_server(server_class: None, live_server: LiveServer) -> LiveServer:
    return live_server


@pytest.fixture
def provider(live_server, settings, simulate: Simulate) -> RunningSimulator:
    """A simulator whose people write to this project's own server."""
    settings.PUBLIC_BASE_URL = live_server.url
    return simulate(webhook_base=live_server.url)


def test_baja_is_answered_and_the_answer_followed_until_it_is_read(provider):
    exchange = provider.writes(PERSON, "Baja, por favor")
    provider.settle()

    reply = Message.objects.outbound().get()
    assert (exchange["status"], exchange["replies"]) == (200, [reply.body])
    assert (reply.body, reply.status) == ("Listo. No volveremos a contactarte.", "read")
    assert Contact.objects.get().status == "opted_out"


def test_a_person_with_a_username_is_answered(provider):
    provider.writes("CL.1234", "INFO")
    provider.settle()

    reply = Message.objects.outbound().get()
    assert (reply.phone, reply.contact.phone, reply.status) == ("CL.1234", None, "read")


def test_who_wrote_baja_while_the_site_was_down_is_opted_out_when_it_is_up_again(
    sender, live_server, settings, simulate: Simulate, monkeypatch
):
    settings.PUBLIC_BASE_URL = live_server.url
    provider = simulate(webhook_base=f"http://{LOCAL}:{free_port()}")
    shut_out = provider.writes(PERSON, "BAJA", to=sender.address)
    url = f"{live_server.url}/twilio/inbound"
    monkeypatch.setattr(provider._simulator.inbound, "_url", url)  # the site is up again
    answered = provider.writes("+56975400999", "INFO", to=sender.address)
    provider.settle()  # no callback is under way while this thread writes
    monkeypatch.setattr(late, "ON_ITS_WAY", timedelta(seconds=-1))  # nothing is any more
    monkeypatch.setattr(late, "EVERY", timedelta(0))

    told = [tick.run_all(), tick.run_all()]

    assert (shut_out["status"], answered["status"]) == (0, 200)
    assert ["receive_missed_messages: 1 late messages" in one for one in told] == [True, False]
    assert Contact.objects.get(status="opted_out").phone == PERSON
    assert Message.objects.inbound().count() == 2
