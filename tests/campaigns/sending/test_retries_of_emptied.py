"""Nobody is written to again whose text and address are not kept any more."""

import pytest
from django.utils import timezone

from campaigns import operations
from campaigns.models import Campaign
from campaigns.privacy.retention import RECIPIENTS
from campaigns.sending.retries import outlook
from messaging.models import Delivery
from tests.factories.campaigns import recipients
from waproject.accounts.actors import SYSTEM

pytestmark = pytest.mark.django_db


def test_an_emptied_recipient_is_not_tried_again(campaign):
    [emptied, kept] = recipients(campaign, "failed", "failed")
    campaign.recipients.update(error_code="63018", failed_at=timezone.now())
    Campaign.objects.update(status="completed", completed_at=timezone.now(), sent_count=2)

    RECIPIENTS.take([emptied.pk], timezone.now())
    found = outlook(campaign.pk)
    operations.retry_failed(campaign.pk, by=SYSTEM)

    assert (found.people, found.left) == (1, {"what they would have read is not kept any more": 1})
    assert [one.contact_id for one in Delivery.objects.all()] == [kept.contact_id]


def test_a_recipient_to_be_written_to_is_not_emptied(campaign):
    [pending, done] = recipients(campaign, "pending", "failed")
    Campaign.objects.update(status="completed", completed_at=timezone.now())

    emptied = RECIPIENTS.take([pending.pk, done.pk], timezone.now())

    assert emptied == 1
    assert campaign.recipients.addressed().get() == pending
