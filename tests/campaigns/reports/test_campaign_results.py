from dataclasses import asdict
from decimal import Decimal

import pytest
from django.db import connection
from django.utils import timezone

from campaigns.models import Campaign
from campaigns.reports.campaign_results import campaign_results
from campaigns.summaries.campaigns import live_funnel
from campaigns.summaries.models import CampaignSummary
from campaigns.tracking.sales import sales_of
from messaging.inbox.models import Closing, Outcome
from tests.factories.campaigns import recipients


def test_results_count_a_reply_as_read_and_delivered(campaign):
    recipients(campaign, "sent", "delivered", "read", "replied", "failed", "skipped", "pending")

    [result] = campaign_results()

    assert asdict(result) == {
        "id": campaign.pk,
        "name": "Promo",
        "status": "draft",
        "recipients": 7,
        "sent": 5,
        "delivered": 3,
        "read": 2,
        "replied": 1,
        "closed": 0,
        "failed": 1,
        "undelivered": 0,
        "skipped": 1,
        "waiting": 1,
        "delivered_rate": 60.0,
        "read_rate": 40.0,
        "replied_rate": 20.0,
        "status_sent": 1,
        "status_delivered": 1,
        "status_sent_rate": Decimal("14.29"),
        "cost": None,
        "currency": "",
        "sold": 0,
        "sold_amount": Decimal(0),
        "sold_times": None,
    }


def test_results_of_a_campaign_without_recipients_have_no_rates(campaign):
    [result] = campaign_results()

    assert (result.delivered_rate, result.status_sent_rate) == (None, None)


def test_result_rounds_halves_away_from_zero(campaign):
    recipients(campaign, "sent")
    Campaign.objects.filter(pk=campaign.pk).update(total_recipients=800)

    [result] = campaign_results()

    assert result.status_sent_rate == Decimal("0.13")


@pytest.fixture
def campaigns(sender, template) -> list[Campaign]:
    return [
        Campaign.objects.create(name=f"Promo {number}", sender=sender, template=template)
        for number in range(5)
    ]


def test_results_are_the_newest_campaigns_first(campaigns):
    names = [result.name for result in campaign_results(limit=2)]

    assert names == ["Promo 4", "Promo 3"]


def test_results_of_one_campaign_are_that_alone(campaigns):
    [result] = campaign_results(campaign_id=campaigns[1].pk)

    assert result.name == "Promo 1"


def test_results_take_three_queries_however_many_campaigns(campaigns, django_assert_num_queries):
    with django_assert_num_queries(3):
        campaign_results()


# --- Sales -------------------------------------------------------------------------------


def sell(campaign: Campaign, amount: int, *, code: str = "sold") -> None:
    outcome = Outcome.objects.get(code=code)
    Closing.objects.create(
        outcome=outcome, amount=amount, campaign_id=campaign.pk, at=timezone.now()
    )


def end(campaign: Campaign, prices: dict[str, str]) -> None:
    """As counted after its end, with what its messages cost."""
    Campaign.objects.filter(pk=campaign.pk).update(status="completed", completed_at=timezone.now())
    counts = live_funnel(campaign).value
    row = CampaignSummary.of(
        campaign.pk, counts, retryable=0, opted_out=0, prices=prices, counted_at=timezone.now()
    )
    row.save()


def test_sales_of_people_who_had_answered_are_counted_and_added_up(campaigns):
    for amount in (5_000_000, 7_990_000):
        sell(campaigns[0], amount)
    sell(campaigns[0], 1, code="visit")
    sell(campaigns[1], 100)

    [first] = campaign_results(campaign_id=campaigns[0].pk)
    [last] = campaign_results(campaign_id=campaigns[4].pk)

    assert (first.sold, first.sold_amount, first.sold_times) == (2, Decimal(12_990_000), None)
    assert (last.sold, last.sold_amount) == (0, Decimal(0))


@pytest.mark.parametrize(
    ("prices", "times"),
    [
        ({"CLP": "20000"}, Decimal("250.00")),
        ({"CLP": "30000"}, Decimal("166.67")),
        ({"EUR": "12.5"}, None),
        ({"CLP": "20000", "EUR": "12.5"}, None),
        ({"CLP": "0"}, None),
        ({}, None),
    ],
)
def test_return_is_the_amount_over_a_cost_in_the_same_currency(campaign, prices, times):
    end(campaign, prices)
    sell(campaign, 5_000_000)

    [result] = campaign_results()

    assert result.sold_times == times


def test_return_of_a_campaign_that_sold_nothing_is_not_said(campaign):
    end(campaign, {"CLP": "20000"})

    assert campaign_results()[0].sold_times is None


def test_sales_of_campaigns_are_found_by_their_index(campaign):
    sell(campaign, 1)

    plan = sales_of(campaign.pk).order_by().explain()

    if connection.vendor == "sqlite":
        assert "closings_of_campaigns" in plan
