"""What an approval takes of the provider's answers, and what it leaves."""

from datetime import timedelta

import pytest
from django.utils import timezone

from messaging.approvals.deciding import take_state
from messaging.models import TemplateApproval
from messaging.providers.templates import ApprovalState

HANDED_IN = {"begun": "2026-11-27T12:00:00+00:00"}


@pytest.fixture
def approval(template) -> TemplateApproval:
    return TemplateApproval.objects.get()


def say(approval, status, *, ago=0, **parts):
    as_of = timezone.now() - timedelta(seconds=ago)
    return take_state(approval.pk, ApprovalState(status, **parts), as_of=as_of)


def stored():
    return TemplateApproval.objects.get()


def test_an_older_answer_never_overwrites_a_newer_state(approval):
    assert say(approval, "paused")

    assert not say(approval, "approved", ago=60, quality="green")

    assert (stored().status, stored().quality) == ("paused", "")


def test_of_two_answers_the_one_asked_for_later_counts(approval):
    TemplateApproval.objects.update(known_at=timezone.now() - timedelta(hours=1))

    assert say(approval, "paused", ago=60)
    assert say(approval, "approved", ago=30)

    assert stored().status == "approved"


def test_an_answer_leaves_the_wish_that_it_be_asked_about_again(approval):
    TemplateApproval.objects.update(synced_at=None)

    say(approval, "approved")

    assert stored().synced_at is None


def test_a_text_that_was_never_submitted_there_says_nothing_of_a_decision(approval):
    TemplateApproval.objects.update(status="pending", raw=HANDED_IN, gone_at=timezone.now())

    assert not say(approval, "draft", raw={"status": "unsubmitted"})

    assert (stored().status, stored().raw, stored().gone_at) == ("pending", HANDED_IN, None)
