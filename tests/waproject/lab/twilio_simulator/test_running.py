import pytest
import requests

from tests.simulation import sync_client
from waproject.lab.twilio_simulator.faults import Fault
from waproject.lab.twilio_simulator.running import running_simulator


def test_running_simulator_answers_inside_the_block_only():
    with running_simulator() as simulator:
        assert requests.get(f"{simulator.url}/simulator/quiet", timeout=5).json() is True

    with pytest.raises(requests.ConnectionError):
        requests.get(f"{simulator.url}/simulator/quiet", timeout=5)


def test_running_simulator_says_why_it_cannot_start():
    with (
        pytest.raises(ValueError, match="more than 1"),
        running_simulator(faults=(Fault("429", 0.6), Fault("drop", 0.6))),
    ):
        pass


def test_settle_gives_up(simulate):
    simulator = simulate(delay=60)
    with sync_client() as client:
        client.messages.create(to="+56975400946", from_="+56220000000", body="Hola")

    with pytest.raises(TimeoutError, match="not quiet after"):
        simulator.settle(timeout=0.1)
