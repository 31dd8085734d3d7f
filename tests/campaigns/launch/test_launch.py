from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone
from django_q.models import OrmQ

from campaigns import jobs
from campaigns.changing import OperationRefused
from campaigns.launch.launch import begin
from campaigns.launch.recipients import Freezer
from campaigns.models import Campaign, Launch, Recipient
from campaigns.operations import launch, launch_on_time, schedule
from contacts.models import Contact
from messaging.delivery.waking import SEND_JOB
from tests.templates import edit_and_approve
from waproject.accounts.actors import SYSTEM
from waproject.core.jobs.operations import TASK


def waiting_jobs() -> list[tuple[str, str]]:
    return [(job.key, job.task["args"][1]) for job in OrmQ.objects.order_by("pk")]


def test_begin_leaves_all_but_the_first_people_to_a_job_of_the_long_cluster(launching, people):
    under_way = Launch.objects.get()

    assert (launching.status, launching.total_recipients) == ("launching", 2)
    assert (under_way.cursor, under_way.last_contact) == (people[1].pk, people[4].pk)
    assert waiting_jobs() == [("long", TASK)]


def test_begin_of_as_many_as_a_chunk_holds_is_the_whole_launch(campaign, people):
    Contact.objects.exclude(pk__in=[people[0].pk, people[1].pk]).delete()

    queued = launch(campaign.pk, by=SYSTEM, accept_warnings=True)

    assert (queued, Campaign.objects.get().status, Launch.objects.count()) == (2, "active", 0)
    assert waiting_jobs() == [("waproject", SEND_JOB)]


def test_begin_of_many_asks_first_for_the_warnings_to_be_accepted(campaign, people):
    with pytest.raises(OperationRefused) as refused:
        launch(campaign.pk, by=SYSTEM)

    assert str(refused.value) == (
        "There is something to confirm first: look at the preflight of “Promo”."
    )
    assert (Campaign.objects.get().status, Recipient.objects.count()) == ("draft", 0)


def test_begin_reads_again_what_was_changed_before_it_had_the_lock(campaign, contact):
    texts = iter(["Nuevo", "Nuevo"])

    def someone_edits(_campaign) -> None:
        edit_and_approve(campaign.template, body=next(texts, "Nuevo"))

    begin(campaign.pk, by=SYSTEM, permit=someone_edits, accept_warnings=True)

    assert Recipient.objects.get().body == "Nuevo"


def test_begin_reads_again_when_a_person_goes_before_their_row_is_written(
    campaign, contact, monkeypatch
):
    def fail_once(self, rows):
        monkeypatch.undo()
        raise IntegrityError("the contact is gone")

    monkeypatch.setattr(Freezer, "write", fail_once)

    assert begin(campaign.pk, by=SYSTEM, permit=lambda _campaign: None, accept_warnings=True) == 1


def test_begin_gives_up_on_what_is_changed_all_the_time(campaign, contact):
    numbers = iter(range(100))

    def someone_edits(_campaign) -> None:
        Campaign.objects.update(tag=str(next(numbers)))

    with pytest.raises(OperationRefused, match="“Promo” is being changed"):
        begin(campaign.pk, by=SYSTEM, permit=someone_edits, accept_warnings=True)

    assert not Recipient.objects.exists()


def test_schedule_refuses_what_was_changed_after_its_preflight(campaign, contact, monkeypatch):
    def edited_meanwhile(campaign_id: int) -> Campaign:
        Campaign.objects.update(audience={"contact_ids": [7]})
        return Campaign.objects.get(pk=campaign_id)

    monkeypatch.setattr("campaigns.operations.locked", edited_meanwhile)

    with pytest.raises(OperationRefused, match="“Promo” is being changed"):
        schedule(
            campaign.pk, by=SYSTEM, at=timezone.now() + timedelta(hours=1), accept_warnings=True
        )


@pytest.fixture
def scheduled(campaign, contact) -> Campaign:
    Campaign.objects.update(status="scheduled", scheduled_at=timezone.now())
    return campaign


def test_a_start_that_is_moved_after_the_tick_has_listed_it_does_not_happen(scheduled, monkeypatch):
    tomorrow = timezone.now() + timedelta(days=1)
    launch_it = launch_on_time

    def put_off_first(campaign_id: int) -> int:
        Campaign.objects.update(scheduled_at=tomorrow)
        return launch_it(campaign_id)

    monkeypatch.setattr(jobs, "launch_on_time", put_off_first)

    assert jobs.start_due_campaigns() == "0 started"
    assert list(Campaign.objects.values_list("status", "scheduled_at")) == [("scheduled", tomorrow)]
    assert not Recipient.objects.exists()


def test_a_start_that_is_moved_while_its_people_are_read_does_not_happen(scheduled, monkeypatch):
    from campaigns.launch import launch

    locked = launch.locked

    def put_off_first(campaign_id: int) -> Campaign:
        Campaign.objects.update(scheduled_at=timezone.now() + timedelta(minutes=5))
        return locked(campaign_id)

    monkeypatch.setattr(launch, "locked", put_off_first)

    with pytest.raises(OperationRefused, match="The hour of “Promo” has not come"):
        launch_on_time(scheduled.pk)


def test_a_start_that_fails_holds_up_no_other(scheduled, monkeypatch, caplog):
    other = Campaign.objects.create(
        name="Otra",
        sender=scheduled.sender,
        template=scheduled.template,
        status="scheduled",
        scheduled_at=timezone.now(),
    )

    def fail_for_the_first(campaign_id: int) -> int:
        if campaign_id == scheduled.pk:
            raise ValueError("+56975400946")
        return launch_on_time(campaign_id)

    monkeypatch.setattr(jobs, "launch_on_time", fail_for_the_first)

    assert jobs.start_due_campaigns() == "1 started"
    assert Campaign.objects.get(pk=other.pk).status == "active"
    assert caplog.messages == [f"The start of campaign {scheduled.pk} failed with ValueError"]
