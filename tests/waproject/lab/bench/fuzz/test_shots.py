"""A share of the odd requests, to the webhooks of the tests' own site."""

from collections import Counter

import pytest
from django.test import Client

from messaging import integrity
from messaging.models import Message
from waproject.lab.bench.fuzz.fuzz import FORM, Measured, judged
from waproject.lab.bench.fuzz.shots import Shot, shots
from waproject.lab.twilio_simulator.account import ACCOUNT_SID, AUTH_TOKEN

PEOPLE = 5


@pytest.fixture
def post(settings, client: Client):
    """Post a shot as the simulated provider does; returns the HTTP status."""
    settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN = ACCOUNT_SID, AUTH_TOKEN

    def send(shot: Shot) -> int:
        signature = shot.signature(settings.PUBLIC_BASE_URL)
        headers = {"X-Twilio-Signature": signature}
        return client.post(shot.path, shot.body, content_type=FORM, headers=headers).status_code

    return send


@pytest.mark.django_db
# Each draw takes seconds; the bench draws 20,000.
@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.slow)])
def test_no_odd_request_ends_in_an_error_and_each_message_taken_is_stored(seed, post):
    drawn = [*shots(seed, 150, PEOPLE, ["t" * 22])]

    statuses = [post(shot) for shot in drawn]

    taken = {
        shot.known_as
        for shot, status in zip(drawn, statuses, strict=True)
        if shot.is_inbound and shot.known_as and status == 200
    }
    assert {*statuses} <= {200, 204, 400, 403, 413}
    # A sid of a message of ours names none here, where nothing was sent.
    stored = Message.objects.inbound().exclude(message_sid__startswith="SM")
    assert stored.count() == len(taken) > 50
    assert [*integrity.integrity_problems()] == []


def test_requests_are_the_same_for_the_same_seed():
    assert [*shots(7, 50, PEOPLE, [])] == [*shots(7, 50, PEOPLE, [])]


def test_requests_are_of_both_webhooks_and_some_come_again():
    drawn = [*shots(1, 500, PEOPLE, [])]

    counts = Counter(shot.is_inbound for shot in drawn)
    assert counts[True] / 500 == pytest.approx(2 / 3, abs=0.1)
    assert len({(shot.path, shot.body) for shot in drawn}) < 500


def test_an_error_of_the_server_does_not_hold():
    measured = Measured(statuses={"200": 9, "500": 1}, stored=9, errors=1, flaw="")

    assert not judged(10, measured).holds
    assert judged(10, {**measured, "errors": 0}).holds
