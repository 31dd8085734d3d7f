"""The provider of the tests: the real client's traffic against a real server on this machine."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from django.conf import settings
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from messaging.twilio.clients import redirected
from messaging.twilio.gateway import TwilioGateway
from messaging.twilio.provider import TwilioProvider
from waproject.lab.twilio_simulator.running import RunningSimulator, running_simulator


def gateway() -> TwilioGateway:
    """The real client, for the account that the settings name."""
    twilio = TwilioProvider()
    return twilio.gateway(twilio.environment_credentials())


class _OnThisMachine(TwilioHttpClient):
    """The library's transport, for the server that the settings name."""

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Response:
        return super().request(
            method, redirected(url, settings.TWILIO_API_BASE_URL), *args, **kwargs
        )


@contextmanager
def sync_client() -> Iterator[Client]:
    """The library's blocking client, as others use it."""
    http = _OnThisMachine(timeout=10)
    http.session.trust_env = False
    try:
        yield Client(settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN, http_client=http)
    finally:
        http.session.close()


# Templates that the tests send without having made them.
APPROVED_BEFORE = tuple(f"HX{letter * 32}" for letter in "ab")

Simulate = Callable[..., RunningSimulator]


@pytest.fixture
def simulate(settings) -> Iterator[Simulate]:
    """Start a simulator with the options given and point the project's settings at it."""
    with ExitStack() as stack:

        def start(**options: Any) -> RunningSimulator:
            simulator = stack.enter_context(
                running_simulator(**{"contents": APPROVED_BEFORE, **options})
            )
            for name, value in simulator.settings.items():
                setattr(settings, name, value)
            return simulator

        yield start


@pytest.fixture
def simulator(simulate: Simulate) -> RunningSimulator:
    """A simulator where all goes well and nobody writes."""
    return simulate()
