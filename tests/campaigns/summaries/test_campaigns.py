import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core.cache import caches
from django.utils import timezone

from campaigns.models import Campaign, Recipient
from campaigns.states import RecipientStatus
from campaigns.summaries.campaigns import costs, funnels
from campaigns.summaries.integrity import integrity_problems
from campaigns.summaries.models import CampaignSummary
from campaigns.tracking.funnel import Funnel, funnel
from campaigns.transitions import move
from contacts.merging.operations import merge
from contacts.models import Contact
from contacts.privacy.erasing import erase
from optouts.operations import opt_out
from tests.campaigns.summaries.clock import count_at
from tests.factories.campaigns import recipients
from tests.factories.messages import message
from waproject.accounts.actors import SYSTEM

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 4, 8, 16, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def ended(campaign) -> Campaign:
    """A campaign that has ended, with its row."""
    made = recipients(campaign, "sent", "delivered", "failed", "skipped", "sent")
    Recipient.objects.filter(status="failed").update(sent_at=None)
    step(made[-1], RecipientStatus.DELIVERED)
    Campaign.objects.update(status="completed", sent_count=3)
    count_at(NOON)
    return Campaign.objects.get()


def step(recipient: Recipient, to: RecipientStatus) -> None:
    rows = Recipient.objects.filter(pk=recipient.pk)
    move(rows, to, at=timezone.now(), **({"sent_at": timezone.now()} if to == "sent" else {}))


def by_rows() -> Funnel:
    [found] = funnels(Campaign.objects.all()).values()
    return found


def by_log() -> Funnel:
    [found] = funnel(Campaign.objects.values_list("pk", flat=True)).values()
    return found


def test_an_ended_campaign_is_read_from_its_row(ended, django_assert_num_queries):
    with django_assert_num_queries(1):
        found = funnels([ended])

    assert found == {ended.pk: by_log()}


@pytest.mark.parametrize("seed", range(5))
def test_row_and_log_give_the_same_numbers_after_any_late_news(ended, seed):
    dice = random.Random(seed)
    for hour in range(1, 5):
        for one in dice.sample(list(ended.recipients.filter(sent_at__isnull=False)), 2):
            step(one, dice.choice(list(RecipientStatus)[2:5]))
        count_at(NOON + hour * HOUR)

        assert by_rows() == by_log()
    assert list(integrity_problems()) == []


@pytest.mark.parametrize("status", ["active", "paused"])
def test_a_campaign_that_goes_on_is_read_from_the_log(ended, status):
    Campaign.objects.update(status=status)
    step(ended.recipients.filter(status="sent").first(), RecipientStatus.READ)

    assert by_rows() == by_log()


def test_a_campaign_that_ends_again_is_counted_again(ended):
    Campaign.objects.update(status="active")
    step(ended.recipients.filter(status="sent").first(), RecipientStatus.READ)
    count_at(NOON + HOUR)
    Campaign.objects.update(status="completed")
    count_at(NOON + 2 * HOUR)

    assert by_rows() == by_log()
    assert CampaignSummary.objects.get().read == 1


def test_a_row_of_other_totals_than_the_campaign_has_is_not_read(ended):
    dropped = ended.recipients.filter(status="skipped").get()
    dropped.delete()
    Campaign.objects.update(total_recipients=4)

    assert by_rows() == by_log()


def test_integrity_names_a_campaign_with_a_wrong_count(ended):
    CampaignSummary.objects.update(replied=9)

    assert list(integrity_problems()) == [
        f"Ended campaigns whose summary differs from their recipients: {ended.pk}."
    ]


def price(campaign: Campaign, amount: str) -> None:
    row = campaign.recipients.first()
    assert row is not None
    message(row.contact, NOON, "outbound", price=amount, price_unit="USD", campaign_id=campaign.pk)


def test_cost_of_an_ended_campaign_is_counted_again_while_prices_come(ended):
    Campaign.objects.update(completed_at=NOON)
    price(ended, "0.0939")

    count_at(NOON + 5 * HOUR)
    assert costs([ended]) == {ended.pk: {}}

    count_at(NOON + 7 * HOUR)
    assert costs([ended]) == {ended.pk: {"USD": Decimal("0.09390")}}


def test_cost_that_the_log_does_not_know_is_a_problem_once_no_price_comes_any_more(ended):
    Campaign.objects.update(completed_at=NOON)
    count_at(NOON + 9 * DAY)
    assert list(integrity_problems()) == []

    price(ended, "0.0939")

    assert len(list(integrity_problems())) == 1


def test_cost_is_left_alone_after_the_last_count(ended):
    Campaign.objects.update(completed_at=NOON)
    count_at(NOON + 9 * DAY)
    price(ended, "0.0939")

    count_at(NOON + 11 * DAY)

    assert costs([ended]) == {ended.pk: {}}


def test_answers_that_the_provider_bills_are_no_cost_of_a_campaign(ended):
    Campaign.objects.update(completed_at=NOON)
    price(ended, "0.0939")
    one = ended.recipients.first()
    bill = {"price": "0.005", "price_unit": "USD", "campaign_id": ended.pk}
    message(one.contact, NOON, "inbound", **bill)

    count_at(NOON + 7 * HOUR)

    assert costs([ended]) == {ended.pk: {"USD": Decimal("0.09390")}}


def leave_at(moment: datetime, recipient: Recipient) -> None:
    with time_machine.travel(moment, tick=False):
        opt_out(recipient.contact, reason="user_request", evidence="SM1: BAJA")


@pytest.fixture
def long_ended(ended) -> Campaign:
    """Its last message left as it ended."""
    Campaign.objects.update(completed_at=NOON)
    ended.recipients.filter(sent_at__isnull=False).update(sent_at=NOON)
    count_at(NOON + HOUR)
    return ended


def test_who_opts_out_within_a_week_of_the_message_is_counted(long_ended):
    leave_at(NOON + 7 * DAY - HOUR, long_ended.recipients.get(status="sent"))

    count_at(NOON + 8 * DAY + HOUR)

    assert CampaignSummary.objects.get().opted_out == 1
    assert list(integrity_problems()) == []


@pytest.mark.parametrize("wrong", [0, 2])
def test_integrity_names_a_campaign_with_wrong_opt_outs(long_ended, wrong):
    leave_at(NOON + DAY, long_ended.recipients.get(status="sent"))
    count_at(NOON + 9 * DAY)
    assert list(integrity_problems()) == []

    CampaignSummary.objects.update(opted_out=wrong)

    assert len(list(integrity_problems())) == 1


def test_opt_out_of_a_person_who_was_erased_since_stays_counted(long_ended):
    leaver = long_ended.recipients.get(status="sent")
    leave_at(NOON + DAY, leaver)
    count_at(NOON + 9 * DAY)

    erase(leaver.contact_id, by=SYSTEM, reason="request")

    assert CampaignSummary.objects.get().opted_out == 1
    assert list(integrity_problems()) == []


def test_opt_out_of_a_contact_that_is_joined_later_is_counted(long_ended):
    other = Contact.objects.create(phone="+56990080338")
    with time_machine.travel(NOON + DAY, tick=False):
        opt_out(other, reason="user_request")
    count_at(NOON + 9 * DAY)
    reached = long_ended.recipients.get(status="sent").contact

    merge(reached.pk, other.pk, by=SYSTEM)
    count_at(NOON + 10 * DAY)

    assert CampaignSummary.objects.get().opted_out == 1
    assert list(integrity_problems()) == []


def test_large_campaigns_that_run_are_counted_together_and_then_left_alone(
    ended, monkeypatch, django_assert_num_queries
):
    monkeypatch.setattr("campaigns.summaries.campaigns.LARGE", 1)
    monkeypatch.setattr("waproject.core.db.lately.TIMES", 1_000_000)
    caches["process"].clear()
    Campaign.objects.update(status="active", total_recipients=5)
    twin = Campaign.objects.create(
        name="Otra", sender=ended.sender, status="active", total_recipients=2
    )
    both = list(Campaign.objects.all())

    with django_assert_num_queries(1):
        counted = funnels(both)
    with django_assert_num_queries(0):
        kept = funnels(both)

    assert counted == kept == funnel([ended.pk, twin.pk])
    caches["process"].clear()
