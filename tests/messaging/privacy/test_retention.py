"""A message that changed somebody's consent is kept for as long as they are; others go."""

from datetime import timedelta

import pytest
from django.utils import timezone

from messaging.inbound.receive import receive
from messaging.models import Message
from tests.messaging.conftest import PERSON, arrival, sid
from tests.waproject.tenants.retention.runs import age, run_now

pytestmark = pytest.mark.django_db


@pytest.fixture
def old_messages(contact, sender) -> None:
    """Somebody wrote, opted out and came back two years ago and more."""
    for number, words in enumerate(["Hola", "BAJA", "ALTA", "gracias"], 1):
        receive(arrival(words, number=number))
    age(800)


def test_messages_that_changed_consent_stay_whole_as_evidence(old_messages):
    run_now()

    inbound = Message.objects.inbound().order_by("pk")
    assert list(inbound.values_list("message_sid", "phone", "body")) == [
        (sid(1), inbound[0].phone, ""),
        (sid(2), PERSON, "BAJA"),
        (sid(3), PERSON, "ALTA"),
        (sid(4), inbound[3].phone, ""),
    ]
    assert {one.phone for one in (inbound[0], inbound[3])} == {f"erased:{inbound[0].contact_id}"}


def test_message_of_another_person_is_no_evidence_of_theirs(old_messages, contact):
    """Nor is what was sent, nor a message whose id only begins alike."""
    columns = {"status": "received", "phone": PERSON, "body": "BAJA"}
    long_ago = timezone.now() - timedelta(days=800)
    Message.objects.inbound().filter(message_sid=sid(2)).update(contact=None)
    Message.objects.create(
        direction="inbound",
        contact=contact,
        message_sid=sid(3)[:-1],
        created_at=long_ago,
        **columns,
    )

    run_now()

    assert list(Message.objects.exclude(body="").values_list("message_sid", flat=True)) == [sid(3)]


def test_answer_to_a_campaign_is_evidence_as_well(old_messages, campaign):
    Message.objects.inbound().update(campaign_id=campaign.pk)

    run_now()

    kept = Message.objects.inbound().exclude(body="").order_by("pk")
    assert list(kept.values_list("body", flat=True)) == ["BAJA", "ALTA"]
