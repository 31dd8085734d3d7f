from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from messaging.approvals import asking
from messaging.approvals.asking import ask, ask_soon, due, queue_due
from messaging.models import Template, TemplateApproval, TemplateVersion
from tests.messaging.approvals.conftest import queued
from waproject.tenants.scope import all_tenants


def in_review(draft, *, submitted, asked, sid="HX" + "a" * 32):
    now = timezone.now()
    TemplateVersion.objects.update(content_sid=sid)
    TemplateApproval.objects.update(
        status="pending",
        submitted_at=now - timedelta(seconds=submitted),
        synced_at=None if asked is None else now - timedelta(seconds=asked),
    )


def is_due():
    return TemplateApproval.objects.filter(due(timezone.now())).exists()


def look():
    with all_tenants():
        return queue_due(at_once=True)


@pytest.mark.parametrize(
    ("submitted", "asked", "expected"),
    [
        (10, 5, True),
        (10, 2, False),
        (600, 30, False),
        (600, 70, True),
        (7200, 600, False),
        (7200, 2000, True),
    ],
)
def test_the_longer_the_review_the_seldomer_it_is_asked_about(draft, submitted, asked, expected):
    in_review(draft, submitted=submitted, asked=asked)

    assert is_due() is expected


def test_a_draft_is_never_asked_about(draft):
    assert not is_due()


def test_one_job_is_queued_for_a_version(draft):
    in_review(draft, submitted=10, asked=5)

    assert (look(), look(), queued()) == (1, 0, ["ask"])


def test_a_version_that_never_came_to_the_provider_is_brought_again(draft):
    in_review(draft, submitted=110, asked=100, sid="")
    TemplateApproval.objects.update(raw={"begun": "2026-11-27T12:00:00+00:00"})

    assert (look(), queued()) == (1, ["hand_in"])


def test_between_two_looks_a_process_rests(draft, monkeypatch):
    in_review(draft, submitted=10, asked=5)
    monkeypatch.setattr(asking.time, "monotonic", lambda: asking._looked_at + 1)

    with all_tenants():
        assert queue_due() == 0


def test_after_an_error_it_is_asked_about_at_once_but_not_again_and_again(template):
    version = template.current.pk
    now = timezone.now()

    assert ask_soon([version], now) == 0
    with time_machine.travel(now + timedelta(minutes=1)):
        assert ask_soon([version], timezone.now()) == 1
        assert (look(), queued()) == (1, ["ask"])
        assert ask_soon([version], timezone.now()) == 0


def test_what_is_gone_at_the_provider_is_marked_and_stays(simulate, template):
    simulate(contents=())

    ask([template.current.pk])

    approval = TemplateApproval.objects.get()
    assert (approval.status, bool(approval.gone_at), approval.why) == (
        "disabled",
        True,
        "The provider has this template no more.",
    )
    assert Template.objects.get().status == "disabled"


def test_what_is_there_again_is_no_longer_gone(simulate, template):
    simulate(contents=())
    ask([template.current.pk])
    simulate()

    ask([template.current.pk])

    approval = TemplateApproval.objects.get()
    assert (approval.status, approval.gone_at, Template.objects.get().status) == (
        "approved",
        None,
        "approved",
    )
