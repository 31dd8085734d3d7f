"""The webhooks over real HTTP, called by the simulated provider."""

import pytest

from contacts.models import Contact
from messaging.models import Message
from messaging.twilio.simulator.running import RunningSimulator
from tests.messaging.conftest import PERSON
from tests.simulation import Simulate

# Rolled back to what the migrations put in: the phrases and the replies.
pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


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
