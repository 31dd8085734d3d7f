"""Campaigns stop when WhatsApp stops their template, and say what can be done."""

import pytest
from django.utils import timezone
from django_q.models import OrmQ

from campaigns import operations
from campaigns.changing import OperationRefused
from campaigns.jobs import pause_stopped
from campaigns.models import Campaign
from campaigns.sending import pauses
from messaging.approvals.deciding import take_state
from messaging.models import DeliveryStream, Sender, TemplateApproval
from messaging.providers.errors import About, Action, ErrorRule
from messaging.providers.templates import ApprovalState
from tests.sending import quiet, set_status
from tests.templates import edit
from waproject.accounts.actors import SYSTEM
from waproject.tenants import jobs


def say(status):
    """WhatsApp says this of the version that the campaign sends."""
    version = Campaign.objects.get().template_version
    approval = TemplateApproval.objects.get(version=version).pk
    take_state(approval, ApprovalState(status), as_of=timezone.now())
    do_jobs()


def do_jobs():
    """Do what is queued, as a worker does."""
    for job in OrmQ.objects.order_by("pk"):
        jobs.run(*job.task["args"])
    quiet()


def now(campaign):
    return Campaign.objects.get(pk=campaign.pk)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("paused", "WhatsApp paused the template “promo” for what people say of it. Resume"),
        ("rejected", "WhatsApp rejected the template “promo”. Change and submit it again"),
        ("disabled", "The template “promo” can be sent no more"),
    ],
)
def test_a_stopped_template_pauses_its_campaign_with_the_reason(active, status, words):
    say(status)

    assert now(active).status == "paused"
    assert now(active).why.startswith(words)
    assert DeliveryStream.objects.get().state != "open"


def test_a_paused_campaign_resumes_when_its_template_is_approved_again(active):
    say("paused")
    with pytest.raises(OperationRefused, match="WhatsApp paused the template"):
        operations.resume(active.pk, by=SYSTEM)

    say("approved")
    assert now(active).status == "paused"
    operations.resume(active.pk, by=SYSTEM)

    assert now(active).status == "active"


def test_another_version_of_the_template_stops_no_campaign(active):
    newer = edit(active.template, body="Otro texto para hoy")
    TemplateApproval.objects.filter(version=newer).update(status="pending")

    take_state(newer.approval.pk, ApprovalState("rejected"), as_of=timezone.now())

    assert now(active).status == "active"


def test_sms_asks_no_approval(active):
    Sender.objects.update(channel="sms")

    say("paused")

    assert now(active).status == "active"


def test_a_campaign_that_was_paused_by_a_person_keeps_that_reason(active):
    set_status(active, "active")
    operations.pause(active.pk, by=SYSTEM, reason="Vacaciones")

    say("paused")

    assert now(active).why == "Vacaciones"


def test_the_state_of_a_template_moves_before_any_campaign_does(active):
    approval = TemplateApproval.objects.get(version=active.template_version)

    take_state(approval.pk, ApprovalState("paused"), as_of=timezone.now())

    assert now(active).status == "active"
    assert [job.name() for job in OrmQ.objects.all()] == ["pause_stopped"]


def test_a_job_that_comes_when_the_template_is_approved_again_pauses_nothing(active):
    assert pause_stopped(active.template_version_id) == "0 paused"

    assert now(active).status == "active"


def test_a_pause_for_an_error_does_not_end_while_the_template_is_stopped(active, fill):
    [recipient] = fill(1)
    rule = ErrorRule("63038", "", About.SENDER, Action.PAUSE, pause_after=1)
    pauses.pause_for_error(active.pk, rule)
    say("paused")

    pauses.end_pause(recipient, rule)

    assert now(active).why.startswith("WhatsApp paused the template")
    assert now(active).status == "paused"
