"""How often a version was sent, from the rows of campaigns that ended and from the log."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from campaigns.models import Campaign
from campaigns.reports.template_usage import template_usage
from campaigns.summaries.campaigns import count
from campaigns.summaries.templates import usage_of_versions
from campaigns.tracking.opted_out import opted_out
from messaging.models import Message
from optouts.operations import opt_out
from tests.factories.campaigns import recipients


@pytest.fixture
def used(campaign, template):
    """A campaign that sent the version, and what became of five people."""
    made = recipients(campaign, "sent", "delivered", "read", "replied", "failed")
    campaign.recipients.filter(status="failed").update(sent_at=None)
    Campaign.objects.update(
        template_version=template.current, status="completed", completed_at=timezone.now()
    )
    return made


def usage(template):
    return usage_of_versions([template.current.pk]).get(template.current.pk)


def leave(recipient, *, reason="user_request"):
    opt_out(recipient.contact, reason=reason, evidence="SM1: BAJA")


def test_what_became_of_the_people_is_counted(used, template):
    found = usage(template)

    assert (found.sent, found.delivered, found.read, found.replied, found.failed) == (4, 3, 2, 1, 1)
    assert [one.name for one in found.campaigns] == ["Promo"]


def test_a_row_says_the_same_as_the_log(used, template, campaign):
    leave(used[1])
    Message.objects.create(
        contact=used[1].contact,
        campaign_id=campaign.pk,
        direction="outbound",
        phone=used[1].phone,
        body="Hola",
        message_sid="SM1",
        token="token",
        status="delivered",
        created_at=timezone.now(),
        price=Decimal("0.05"),
        price_unit="USD",
    )
    from_the_log = usage(template)

    count([campaign.pk])

    assert usage(template) == from_the_log
    assert (from_the_log.opted_out, from_the_log.costs) == (1, {"USD": Decimal("0.05")})


def test_a_large_campaign_is_counted_as_a_small_one(used, template, campaign, monkeypatch):
    Campaign.objects.update(total_recipients=5, status="active")
    leave(used[1])
    as_small = usage(template)
    monkeypatch.setattr("campaigns.summaries.campaigns.LARGE", 1)
    monkeypatch.setattr("waproject.core.db.lately.LONGEST", 0)

    assert usage(template) == as_small
    assert as_small.opted_out == 1


def test_a_version_that_nobody_sent_has_no_usage(template):
    assert usage(template) is None


def test_an_opt_out_is_put_down_to_the_message_of_the_week_before(used, campaign):
    leave(used[0])
    leave(used[1], reason="manual")
    leave(used[2])
    campaign.recipients.filter(pk=used[2].pk).update(sent_at=timezone.now() - timedelta(days=8))

    assert opted_out([campaign.pk]) == {campaign.pk: 1}


def test_the_number_of_queries_does_not_grow_with_campaigns(
    used, template, campaign, django_assert_max_num_queries
):
    for _number in range(20):
        copy = campaign.copy()
        Campaign.objects.filter(pk=copy.pk).update(
            template_version=template.current, total_recipients=5, status="active"
        )

    with django_assert_max_num_queries(6):
        found = usage(template)

    assert (found.count, len(found.campaigns)) == (21, 5)


def test_the_report_has_a_row_for_each_version(used, template):
    [row] = template_usage()

    assert (row.template, row.version, row.sent, row.failed, row.status) == (
        "promo",
        1,
        4,
        1,
        "approved",
    )
