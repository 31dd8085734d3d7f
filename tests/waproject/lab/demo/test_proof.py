"""Each way in which the journal and the rows can disagree is found, and nothing else is."""

import pytest
from django.utils import timezone

from campaigns.models import Campaign, Recipient
from contacts.models import Contact
from optouts.models import Reason, Source
from optouts.operations import opt_out
from waproject.lab.demo.proof import Entry, problems_of, problems_of_all

SID = "SM" + "1" * 32
OTHER_SID = "SM" + "2" * 32


@pytest.fixture(autouse=True)
def no_integrity_checks(settings):
    settings.INTEGRITY_CHECKS = []


@pytest.fixture
def recipient(campaign: Campaign, contact: Contact) -> Recipient:
    return Recipient.objects.create(
        campaign=campaign,
        contact=contact,
        phone=contact.phone,
        status="sent",
        sent_at=timezone.now(),
        message_sid=SID,
    )


def sent(recipient: Recipient, *, sid: str = SID, at: float = 100.0) -> Entry:
    return {
        "kind": "api",
        "sid": sid,
        "to": f"whatsapp:{recipient.phone}",
        "status_callback": f"http://127.0.0.1/twilio/status?token={recipient.token}",
        "at": at,
    }


def baja(recipient: Recipient, *, answered_at: float | None = 50.0, status: int = 200) -> Entry:
    return {
        "kind": "inbound",
        "sid": "SM" + "3" * 32,
        "from": f"whatsapp:{recipient.phone}",
        "intent": "opt_out",
        "status": status,
        "answered_at": answered_at,
    }


def test_a_journal_that_agrees_with_the_rows_is_a_proof(recipient):
    assert problems_of(recipient.campaign_id, [sent(recipient)]) == []


def test_a_message_sent_twice_is_found(recipient):
    journal = [sent(recipient), sent(recipient, sid=OTHER_SID)]

    assert problems_of(recipient.campaign_id, journal) == [
        f"One person was written 2 times by the campaign: {SID}, {OTHER_SID}.",
        f"{OTHER_SID} was accepted by the provider, but its recipient does not say so.",
    ]


def test_a_message_of_nobody_is_found(recipient):
    stray = {**sent(recipient, sid=OTHER_SID), "status_callback": None}

    assert problems_of(recipient.campaign_id, [sent(recipient), stray]) == [
        f"{OTHER_SID} was accepted by the provider but belongs to no recipient."
    ]


def test_a_message_that_never_left_is_found(recipient):
    assert problems_of(recipient.campaign_id, []) == [
        f"A recipient has the message {SID}, which the provider never accepted."
    ]


def test_another_campaign_s_messages_count_for_that_campaign(recipient, sender):
    other = Campaign.objects.create(name="Other", sender=sender)

    assert problems_of(other.pk, [sent(recipient)]) == []


@pytest.mark.parametrize(("at", "after"), [(49.0, False), (51.0, True)])
def test_a_message_after_an_answered_opt_out_is_found(recipient, at, after):
    opt_out(recipient.contact, reason=Reason.USER_REQUEST, source=Source.MESSAGE)

    problems = problems_of(recipient.campaign_id, [baja(recipient), sent(recipient, at=at)])

    late = f"{SID} left for a person whose opt-out had been answered."
    assert problems == ([late] if after else [])


def test_an_opt_out_that_changed_nothing_is_found(recipient):
    journal = [sent(recipient, at=10.0), baja(recipient)]

    assert problems_of(recipient.campaign_id, journal) == [
        f"SM{'3' * 32} asked to opt out, and the person is not opted out."
    ]


def test_a_refused_message_of_a_person_is_found(recipient):
    journal = [sent(recipient), baja(recipient, status=500, answered_at=None)]

    assert problems_of(recipient.campaign_id, journal) == [
        "1 message from people was answered with HTTP status 500."
    ]


def one_problem():
    yield "A count is wrong."


def test_data_that_are_not_whole_are_found(recipient, settings):
    settings.INTEGRITY_CHECKS = [f"{__name__}.one_problem"]

    assert problems_of(recipient.campaign_id, [sent(recipient)]) == ["A count is wrong."]


def test_proof_of_all_forgives_what_met_no_server(recipient):
    refused = baja(recipient, answered_at=200.0, status=500)

    assert problems_of_all([recipient.campaign_id], [sent(recipient), refused]) == []
