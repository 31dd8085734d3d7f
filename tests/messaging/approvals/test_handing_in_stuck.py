"""A version that cannot be brought to the provider says so, and comes back to staff."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from messaging.approvals.jobs import hand_in
from messaging.approvals.submitting import submit
from messaging.models import Account, Template, TemplateApproval
from tests.messaging.approvals.conftest import write
from waproject.accounts.actors import SYSTEM
from waproject.audit.models import Event

REFUSED = "The provider does not let the account in (HTTP 401, code 20003): its token is wrong"


@pytest.fixture
def submitted(db, simulator) -> Template:
    template = write()
    submit(template.current, by=SYSTEM)
    return template


@pytest.fixture
def wrong_token(submitted, settings) -> Template:
    settings.TWILIO_AUTH_TOKEN = "wrong"
    return submitted


def stored():
    return TemplateApproval.objects.get()


def later(hours):
    return time_machine.travel(timezone.now() + timedelta(hours=hours))


def test_a_wrong_token_is_said_at_once(wrong_token):
    assert hand_in(wrong_token.current.pk) == "not handed in: ProviderRefuses"

    assert (stored().status, stored().is_on_its_way) == ("pending", True)
    assert stored().why.startswith(REFUSED)
    assert stored().stuck_at is not None


def test_an_account_that_was_switched_off_meanwhile_is_said_at_once(submitted):
    Account.objects.update(status="disconnected")

    assert hand_in(submitted.current.pk) == "not handed in: NotConfigured"

    assert (stored().why, bool(stored().stuck_at)) == (
        "The account “Main account” is switched off.",
        True,
    )


def test_a_provider_that_is_away_needs_nobody_yet(submitted, settings):
    settings.TWILIO_CONTENT_BASE_URL = "http://127.0.0.1:9"

    hand_in(submitted.current.pk)

    assert (stored().status, stored().stuck_at) == ("pending", None)
    assert stored().why.startswith("The provider could not be reached")


def test_after_some_hours_staff_have_it_back_with_the_reason(submitted, settings):
    settings.TWILIO_CONTENT_BASE_URL = "http://127.0.0.1:9"

    with later(7):
        assert hand_in(submitted.current.pk) == "given back: ProviderUnavailable"

    assert (stored().status, Template.objects.get().status) == ("draft", "draft")
    assert stored().why.startswith("The provider could not be reached")
    assert stored().stuck_at is not None
    event = Event.objects.get(action="messaging.template_given_back")
    assert (event.before["status"], event.after["status"]) == ("pending", "draft")


def test_what_was_given_back_is_submitted_again_under_its_name(wrong_token, settings, simulator):
    with later(7):
        hand_in(wrong_token.current.pk)
    settings.TWILIO_AUTH_TOKEN = simulator.settings["TWILIO_AUTH_TOKEN"]
    wrong_token.current.refresh_from_db()

    with later(8):
        submit(wrong_token.current, by=SYSTEM)
        assert (stored().submitted_name, stored().why, stored().stuck_at) == ("aviso", "", None)
        hand_in(wrong_token.current.pk)
        assert (stored().status, stored().is_on_its_way) == ("pending", False)

    assert [one.approval.name for one in simulator.contents if one.types] == ["aviso"]


def test_a_job_that_comes_after_the_decision_notes_nothing(wrong_token):
    TemplateApproval.objects.update(status="rejected", reason="No")

    hand_in(wrong_token.current.pk)

    assert (stored().status, stored().why) == ("rejected", "No")
