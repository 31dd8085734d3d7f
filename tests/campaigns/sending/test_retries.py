from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from campaigns import integrity, operations
from campaigns.models import Campaign, Recipient, StatusChange
from campaigns.sending import retries
from campaigns.sending.completion import complete_if_done
from campaigns.states import CampaignStatus
from contacts.models import Contact
from messaging.delivery import jobs
from messaging.delivery.settling.settlement import Outcome, record_accepted, settle
from messaging.models import Delivery, Message
from messaging.providers.base import Accepted
from messaging.statuses.apply import apply_status
from messaging.statuses.reports import StatusReport
from optouts.operations import opt_out
from tests.sending import claim
from waproject.accounts.actors import SYSTEM

SID = "SM" + "1" * 32
NO_COVERAGE, ENOUGH_MARKETING, WRONG_NUMBER, TEMPLATE_PAUSED = "30003", "63049", "21211", "63041"


@pytest.fixture
def sent(active, fill) -> Recipient:
    """The only recipient, whose message the provider accepted; the campaign is complete."""
    fill(1)
    Campaign.objects.filter(pk=active.pk).update(total_recipients=1)
    (claimed,) = claim(active, 1).deliveries
    record_accepted([(claimed, SID, timezone.now())])
    complete_if_done(active.pk)
    return Recipient.objects.get()


def report(status: str, code: int | None = None, **fields) -> StatusReport:
    return StatusReport(sid=SID, status=status, error_code=code, **fields)


def fail(recipient: Recipient, code: int | None, **fields) -> None:
    values = {"status": "failed", "failed_at": timezone.now(), "error_code": code, **fields}
    Delivery.objects.filter(token=recipient.token).delete()
    Recipient.objects.filter(pk=recipient.pk).update(**values)


def status_of(campaign) -> str:
    return Campaign.objects.values_list("status", flat=True).get(pk=campaign.pk)


# --- A failure that comes late --------------------------------------------------------------


@pytest.mark.parametrize("status", ["failed", "undelivered"])
def test_a_late_failure_that_can_pass_queues_the_recipient_again(sent, status):
    apply_status(report(status, NO_COVERAGE))

    again = Recipient.objects.get()
    assert (again.status, again.retries, again.message_sid, again.sent_at) == (
        "pending",
        1,
        None,
        None,
    )
    assert (status_of(sent.campaign), Campaign.objects.get().sent_count) == ("active", 0)


@pytest.mark.parametrize(("code", "wait"), [(NO_COVERAGE, 6), (ENOUGH_MARKETING, 24)])
def test_a_late_failure_waits_as_long_as_its_cause_asks(sent, code, wait):
    failed_at = timezone.now()

    apply_status(report("undelivered", code, at=failed_at))

    assert Delivery.objects.get().due_at == failed_at + timedelta(hours=wait)


def test_a_late_failure_waits_for_the_campaigns_own_delay_and_doubles_it(sent):
    Campaign.objects.update(retry_delay_seconds=86_400)
    Recipient.objects.update(retries=1)
    failed_at = timezone.now()

    apply_status(report("undelivered", NO_COVERAGE, at=failed_at))

    assert Delivery.objects.get().due_at == failed_at + timedelta(days=2)


def test_a_late_failure_is_final_when_the_retries_are_used_up(sent):
    Recipient.objects.update(retries=2)

    apply_status(report("undelivered", NO_COVERAGE))

    assert Recipient.objects.get().status == "undelivered"
    assert status_of(sent.campaign) == "completed"


def test_a_late_failure_is_final_in_a_campaign_without_retries(sent):
    Campaign.objects.update(max_retries=0)

    apply_status(report("undelivered", NO_COVERAGE))

    assert Recipient.objects.get().status == "undelivered"


def test_a_late_failure_that_cannot_pass_is_final(sent):
    apply_status(report("undelivered", WRONG_NUMBER))

    assert Recipient.objects.get().status == "undelivered"


def test_a_late_failure_in_a_cancelled_campaign_is_final(sent):
    Campaign.objects.update(status=CampaignStatus.CANCELLED)

    apply_status(report("undelivered", NO_COVERAGE))

    assert Recipient.objects.get().status == "undelivered"


def test_a_late_failure_is_final_when_the_next_try_lies_beyond_the_end(sent):
    Campaign.objects.update(ends_at=timezone.now() + timedelta(hours=5))

    apply_status(report("undelivered", NO_COVERAGE))

    assert Recipient.objects.get().status == "undelivered"


def test_a_late_failure_leaves_a_paused_campaign_paused(sent):
    Campaign.objects.update(status=CampaignStatus.PAUSED)

    apply_status(report("undelivered", NO_COVERAGE))

    assert (Recipient.objects.get().status, status_of(sent.campaign)) == ("pending", "paused")


@pytest.mark.parametrize("before", ["active", "paused", "completed"])
def test_a_late_failure_that_pauses_leaves_the_recipient_until_the_campaign_is_resumed(
    sent, before
):
    Campaign.objects.update(status=before)

    apply_status(report("failed", TEMPLATE_PAUSED))

    again = Recipient.objects.get()
    assert (again.status, again.retries, again.message_sid) == ("pending", 0, None)
    assert again.token != sent.token
    assert (status_of(sent.campaign), Campaign.objects.get().sent_count) == ("paused", 0)


def test_a_late_failure_that_pauses_does_not_use_up_retries(sent):
    Campaign.objects.update(max_retries=0)

    apply_status(report("failed", TEMPLATE_PAUSED))

    assert Recipient.objects.get().status == "pending"


def test_a_late_failure_that_pauses_says_why_on_a_campaign_that_was_complete(sent):
    apply_status(report("failed", TEMPLATE_PAUSED))

    campaign = Campaign.objects.get()
    assert campaign.completed_at is None
    assert campaign.why == ("WhatsApp paused the template for complaints; it may recover. (63041)")


def test_a_recipient_left_by_a_late_pause_is_sent_to_once_after_it_is_resumed(
    sent, simulator, settings
):
    settings.SENDING_LEASE_SECONDS = 600
    apply_status(report("failed", TEMPLATE_PAUSED))
    apply_status(report("failed", TEMPLATE_PAUSED))
    operations.resume(sent.campaign_id, by=SYSTEM)

    jobs.send_from(sent.campaign.sender_id)

    assert (Recipient.objects.get().status, len(simulator.journal)) == ("sent", 1)
    assert (status_of(sent.campaign), list(integrity.integrity_problems())) == ("completed", [])


@pytest.mark.parametrize("change", [{"status": "cancelled"}, {"ends_at": timezone.now()}])
def test_a_late_failure_that_pauses_is_final_where_the_campaign_cannot_be_resumed(sent, change):
    Campaign.objects.update(**change)

    apply_status(report("failed", TEMPLATE_PAUSED))

    assert Recipient.objects.get().status == "failed"


def test_the_history_keeps_the_sid_and_the_code_of_the_former_attempt(sent):
    apply_status(report("undelivered", NO_COVERAGE))

    moves = StatusChange.objects.values_list("old", "new", "source", "metadata")
    assert moves.last() == (
        "undelivered",
        "pending",
        "webhook",
        {"cause": "retry", "message_sid": SID, "code": NO_COVERAGE},
    )
    assert Message.objects.get().message_sid == SID


# --- Statuses of the former attempt ---------------------------------------------------------


@pytest.mark.parametrize("status", ["queued", "failed", "sent"])
def test_a_late_status_of_the_former_attempt_leaves_the_new_one_alone(sent, status):
    apply_status(report("undelivered", NO_COVERAGE))

    apply_status(report(status, NO_COVERAGE, token=sent.token))

    again = Recipient.objects.get()
    assert (again.status, again.message_sid, again.retries) == ("pending", None, 1)
    assert Message.objects.count() == 1


def test_a_late_answer_of_the_former_attempt_leaves_the_new_one_alone(active, fill):
    fill(1)
    (claimed,) = claim(active, 1).deliveries
    apply_status(report("undelivered", NO_COVERAGE, token=claimed.token))

    settle(active.sender, [Outcome(claimed, Accepted(SID, "queued", {}), timezone.now())])

    assert (Recipient.objects.get().status, Message.objects.count()) == ("pending", 1)
    assert Campaign.objects.get().sent_count == 0


def test_a_retried_recipient_is_sent_again_and_every_count_is_right(sent, simulator, settings):
    settings.SENDING_LEASE_SECONDS = 600
    apply_status(report("undelivered", NO_COVERAGE))
    Delivery.objects.update(due_at=timezone.now())

    jobs.send_from(sent.campaign.sender_id)

    again = Recipient.objects.get()
    assert (again.status, again.message_sid == SID) == ("sent", False)
    assert (status_of(sent.campaign), Campaign.objects.get().sent_count) == ("completed", 1)
    assert list(integrity.integrity_problems()) == []


# --- By hand --------------------------------------------------------------------------------


@pytest.fixture
def failed(active, fill) -> dict[str, Recipient]:
    """A completed campaign in which five people failed, each for another cause."""
    causes = {
        "coverage": NO_COVERAGE,
        "template": TEMPLATE_PAUSED,
        "number": WRONG_NUMBER,
        "busy": None,
        "opted out": NO_COVERAGE,
    }
    people = dict(zip(causes, fill(5), strict=True))
    for name, recipient in people.items():
        fail(recipient, causes[name])
    fail(people["busy"], None, attempts=retries.REFUSALS_MOST)
    opt_out(people["opted out"].contact, reason="manual", note="por teléfono")
    Campaign.objects.filter(pk=active.pk).update(status=CampaignStatus.COMPLETED)
    return people


def pending() -> set[int]:
    return set(Recipient.objects.filter(status="pending").values_list("pk", flat=True))


def test_retry_takes_only_people_whose_cause_can_pass(active, failed):
    retried = operations.retry_failed(active.pk, by=SYSTEM)

    assert pending() == {failed[name].pk for name in ("coverage", "template", "busy")}
    assert str(retried) == (
        "3 people are written to again. Left out: 1 (The number is not valid)."
        " Left out: 1 (opted out)."
    )


def test_retry_takes_a_completed_campaign_up_again(active, failed):
    operations.retry_failed(active.pk, by=SYSTEM)

    campaign = Campaign.objects.get(pk=active.pk)
    assert (campaign.status, campaign.completed_at) == ("active", None)


def test_retry_begins_the_retries_anew(active, failed):
    Recipient.objects.update(retries=3)

    operations.retry_failed(active.pk, by=SYSTEM)

    assert set(Recipient.objects.filter(pk__in=pending()).values_list("retries", "attempts")) == {
        (0, 0)
    }


def test_retry_still_waits_24_hours_after_too_much_marketing(active, fill):
    (recipient,) = fill(1)
    failed_at = timezone.now() - timedelta(hours=10)
    fail(recipient, ENOUGH_MARKETING, failed_at=failed_at)

    operations.retry_failed(active.pk, by=SYSTEM)

    assert Delivery.objects.get().due_at == failed_at + timedelta(hours=24)


def test_retry_takes_more_than_one_batch(active, fill, monkeypatch):
    monkeypatch.setattr(retries, "BATCH", 2)
    for recipient in fill(5):
        fail(recipient, NO_COVERAGE)

    assert operations.retry_failed(active.pk, by=SYSTEM).taken == 5


@pytest.mark.parametrize("status", ["draft", "scheduled", "cancelled"])
def test_retry_is_refused_where_nothing_may_be_sent(active, failed, status):
    Campaign.objects.filter(pk=active.pk).update(status=status)

    with pytest.raises(operations.OperationRefused, match="so it cannot do that now"):
        operations.retry_failed(active.pk, by=SYSTEM)


def test_retry_is_refused_after_the_campaigns_end(active, failed):
    Campaign.objects.filter(pk=active.pk).update(ends_at=timezone.now())

    with (
        time_machine.travel(timezone.now() + timedelta(seconds=1)),
        pytest.raises(operations.OperationRefused, match="has reached its end"),
    ):
        operations.retry_failed(active.pk, by=SYSTEM)


def test_retry_of_a_campaign_without_failures_changes_nothing(active):
    Campaign.objects.filter(pk=active.pk).update(status=CampaignStatus.COMPLETED)

    retried = operations.retry_failed(active.pk, by=SYSTEM)

    assert (str(retried), status_of(active)) == ("0 people are written to again.", "completed")


def test_retry_needs_the_same_queries_for_any_number(active, django_assert_max_num_queries):
    people = Contact.objects.bulk_create(Contact(phone=f"+5697{n:07d}") for n in range(150))
    Recipient.objects.bulk_create(
        Recipient(
            campaign=active,
            contact=one,
            phone=one.phone,
            status="failed",
            failed_at=timezone.now(),
            error_code=NO_COVERAGE,
        )
        for one in people
    )

    with django_assert_max_num_queries(36):
        assert operations.retry_failed(active.pk, by=SYSTEM).taken == 150
