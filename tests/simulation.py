"""The provider of the tests: the real client's traffic against a real server on this machine."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from messaging.twilio.gateway import TwilioGateway
from messaging.twilio.provider import TwilioProvider
from waproject.lab.twilio_simulator.running import RunningSimulator, running_simulator


def gateway() -> TwilioGateway:
    """The real client, for the account that the settings name."""
    twilio = TwilioProvider()
    return twilio.gateway(twilio.environment_credentials())


Simulate = Callable[..., RunningSimulator]


@pytest.fixture
def simulate(settings) -> Iterator[Simulate]:
    """Start a simulator with the options given and point the project's settings at it."""
    with ExitStack() as stack:

        def start(**options: Any) -> RunningSimulator:
            simulator = stack.enter_context(running_simulator(**options))
            for name, value in simulator.settings.items():
                setattr(settings, name, value)
            return simulator

        yield start


@pytest.fixture
def simulator(simulate: Simulate) -> RunningSimulator:
    """A simulator where all goes well and nobody writes."""
    return simulate()
