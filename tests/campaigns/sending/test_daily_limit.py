from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains

from campaigns import jobs, operations
from campaigns.models import Campaign, Recipient
from campaigns.sending import claims, reconciliation
from campaigns.states import CampaignStatus
from messaging.models import Opening, Sender


@pytest.fixture
def limited(active, fill) -> Campaign:
    """A campaign to five people whose sender may write first to two a day."""
    Sender.objects.update(daily_limit=2)
    fill(5)
    return active


def claim(campaign, at=None) -> int:
    return len(claims.claim(campaign.pk, 10, now=at or timezone.now()).recipients)


def test_claim_takes_no_more_than_the_daily_limit(limited):
    assert (claim(limited), claim(limited)) == (2, 0)
    assert Recipient.objects.filter(status="pending", not_before=None).count() == 3


def test_claim_goes_on_when_the_limit_frees_up(limited):
    now = timezone.now()
    claim(limited, now)

    tomorrow = now + timedelta(hours=24)

    assert reconciliation.next_moment(limited.pk) == tomorrow
    assert claim(limited, tomorrow) == 2


def test_claim_of_another_campaign_shares_the_limit(limited, fill):
    claim(limited)
    other = Campaign.objects.create(
        name="Otra", sender=limited.sender, template=limited.template, status=CampaignStatus.ACTIVE
    )
    Recipient.objects.filter(status="pending").update(campaign=other)

    assert claim(other) == 0


def test_run_leaves_the_rest_for_the_next_day(limited, simulator):
    jobs.send_campaign(limited.pk)

    assert Recipient.objects.filter(status="sent").count() == 2
    assert Campaign.objects.get().status == "active"


def test_page_says_that_the_limit_is_reached(limited, client, superuser):
    claim(limited)
    client.force_login(superuser)

    page = client.get(reverse("admin:campaigns_campaign_panel", args=[limited.pk]))

    assertContains(page, "The sender has reached its daily limit of 2 people.")


def test_resume_looks_for_room_anew(limited):
    claim(limited)
    operations.pause(limited.pk)
    Sender.objects.update(daily_limit=4)

    operations.resume(limited.pk)

    assert claim(limited) == 2
    assert Opening.objects.count() == 4
