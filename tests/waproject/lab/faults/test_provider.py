"""The harness's words to a simulator that runs."""

from urllib.parse import urlsplit

import pytest

from tests.simulation import sync_client
from waproject.lab.faults import provider
from waproject.lab.twilio_simulator.faults import KINDS, Fault


@pytest.fixture
def port(simulate) -> int:
    """That of a simulator which withheld the callbacks of one message, each told to nobody."""
    simulator = simulate(faults=(Fault("late-callback", 1.0),), withhold=True)
    with sync_client() as client:
        client.messages.create(
            to="whatsapp:+56975400946",
            from_="whatsapp:+56220000000",
            body="Hola",
            status_callback="https://wa.automotora.cl/twilio/status",
        )
    simulator.settle()
    return int(urlsplit(simulator.url).port or 0)


def test_release_tells_how_many_callbacks_come(port):
    assert (provider.release_late_callbacks(port), provider.release_late_callbacks(port)) == (3, 0)


def test_faults_met_are_counted_by_kind(port):
    assert provider.faults_met(port) == {"late-callback": 1}


def test_all_faults_are_those_that_the_simulator_knows():
    assert set(provider.kinds(provider.ALL_FAULTS)) == KINDS
