from datetime import timedelta

import pytest
from django.utils import timezone
from django_q.models import OrmQ

from campaigns.models import Campaign, Recipient, StatusChange
from campaigns.operations import (
    OperationRefused,
    cancel,
    close,
    give_up_start,
    launch,
    pause,
    resume,
    schedule,
    unschedule,
)
from campaigns.sending.completion import complete_if_done
from campaigns.states import CampaignStatus
from messaging.models import Lane
from optouts.operations import opt_out
from waproject.accounts.actors import SYSTEM


@pytest.fixture
def launched(campaign, contact) -> Campaign:
    launch(campaign.pk, by=SYSTEM, accept_warnings=True)
    campaign.refresh_from_db()
    return campaign


def put(campaign, status: CampaignStatus) -> None:
    Campaign.objects.filter(pk=campaign.pk).update(status=status)


def test_launch_queues_the_audience_and_one_job(campaign, contact, superuser):
    queued = launch(campaign.pk, by=superuser, accept_warnings=True)

    campaign.refresh_from_db()
    assert (queued, campaign.status, campaign.total_recipients) == (1, "active", 1)
    assert (campaign.launched_by, OrmQ.objects.count()) == (superuser, 1)


def test_launch_happens_once(launched):
    with pytest.raises(OperationRefused) as refused:
        launch(launched.pk, by=SYSTEM, accept_warnings=True)

    assert str(refused.value) == "“Promo” is sending, so it cannot do that now."
    assert Recipient.objects.count() == 1


def test_launch_needs_warnings_to_be_accepted(campaign, contact):
    with pytest.raises(OperationRefused):
        launch(campaign.pk, by=SYSTEM)

    campaign.refresh_from_db()
    assert campaign.status == "draft"


def test_launch_that_is_refused_leaves_nothing_behind(campaign, contact):
    opt_out(contact, reason="manual", note="por teléfono")
    campaign.audience = {"contact_ids": [contact.pk]}
    campaign.save()

    with pytest.raises(OperationRefused, match="There is nobody to write to"):
        launch(campaign.pk, by=SYSTEM, accept_warnings=True)

    assert not Recipient.objects.exists()
    assert not StatusChange.objects.exists()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"audience": {"colour": "red"}}, "The audience has no filter called colour"),
        ({"template": None}, "The campaign has no message"),
    ],
)
def test_launch_refuses_what_is_wrong_apart_from_the_people(campaign, contact, change, sentence):
    Campaign.objects.update(**change)

    with pytest.raises(OperationRefused, match=sentence):
        launch(campaign.pk, by=SYSTEM, accept_warnings=True)


def test_launch_of_no_campaign_says_so(db):
    with pytest.raises(OperationRefused) as refused:
        launch(7, by=SYSTEM)

    assert str(refused.value) == "There is no campaign 7."


def test_schedule_refuses_the_past(campaign, contact):
    with pytest.raises(OperationRefused) as refused:
        schedule(
            campaign.pk, by=SYSTEM, at=timezone.now() - timedelta(minutes=1), accept_warnings=True
        )

    assert str(refused.value) == ("The start lies in the past. Choose a later one, or launch now.")


def test_schedule_can_be_moved_and_undone(campaign, contact):
    tomorrow = timezone.now() + timedelta(days=1)
    schedule(campaign.pk, by=SYSTEM, at=tomorrow - timedelta(hours=2), accept_warnings=True)
    schedule(campaign.pk, by=SYSTEM, at=tomorrow, accept_warnings=True)

    campaign.refresh_from_db()
    assert (campaign.status, campaign.scheduled_at) == ("scheduled", tomorrow)
    unschedule(campaign.pk, by=SYSTEM)
    campaign.refresh_from_db()
    assert campaign.status == "draft"


def test_pause_says_who_paused(launched, superuser):
    pause(launched.pk, by=superuser)

    launched.refresh_from_db()
    assert (launched.status, launched.why) == ("paused", "Paused by jefa.")


def test_resume_goes_on_with_a_new_job(launched):
    pause(launched.pk, by=SYSTEM)
    Lane.objects.update(queued_at=None)  # the launch's job has begun, and ended

    resume(launched.pk, by=SYSTEM)

    launched.refresh_from_db()
    assert (launched.status, launched.why, OrmQ.objects.count()) == ("active", "", 2)


def test_resume_queues_no_second_job_while_one_waits(launched):
    for _time in range(3):
        pause(launched.pk, by=SYSTEM)
        resume(launched.pk, by=SYSTEM)

    assert OrmQ.objects.count() == 1


@pytest.mark.parametrize("change", [pause, resume, unschedule])
def test_changes_refuse_a_draft(campaign, change):
    with pytest.raises(OperationRefused):
        change(campaign.pk, by=SYSTEM)

    campaign.refresh_from_db()
    assert campaign.status == "draft"


def test_cancel_skips_everyone_not_yet_written_to(launched):
    skipped = cancel(launched.pk, by=SYSTEM)

    recipient = launched.recipients.get()
    assert (skipped, recipient.status, recipient.why) == (1, "skipped", "campaign cancelled")


def test_cancel_refuses_a_completed_campaign(launched):
    put(launched, CampaignStatus.COMPLETED)

    with pytest.raises(OperationRefused):
        cancel(launched.pk, by=SYSTEM)


def test_complete_if_done_waits_for_the_last_recipient(launched):
    assert not complete_if_done(launched.pk)
    launched.recipients.update(status="skipped")
    assert complete_if_done(launched.pk)


def test_close_marks_only_people_who_replied(launched, superuser):
    recipient = launched.recipients.get()
    assert close([recipient.pk], by=superuser) == 0

    launched.recipients.update(status="replied", sent_at=timezone.now())

    assert close([recipient.pk], by=superuser) == 1
    assert recipient.changes.get().metadata == {"by": superuser.pk}


@pytest.mark.parametrize(
    ("status", "hours", "expected"),
    [("scheduled", -1, "draft"), ("active", -1, "active"), ("scheduled", 1, "scheduled")],
)
def test_give_up_start_leaves_what_was_started_or_put_off(campaign, status, hours, expected):
    start = timezone.now() + timedelta(hours=hours)
    Campaign.objects.update(status=status, scheduled_at=start)

    give_up_start(campaign.pk, reasons=["No audience."])

    assert Campaign.objects.get().status == expected
