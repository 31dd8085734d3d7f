from dataclasses import asdict
from decimal import Decimal

import pytest

from campaigns.models import Campaign
from campaigns.reports.campaign_results import campaign_results
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


def test_results_take_two_queries_however_many_campaigns(campaigns, django_assert_num_queries):
    with django_assert_num_queries(2):
        campaign_results()
