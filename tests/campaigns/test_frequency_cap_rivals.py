"""Two transactions at once: on PostgreSQL alone, since SQLite lets one in at a time."""

from datetime import timedelta
from threading import Thread

import pytest
from django.db import connection, transaction
from django.utils import timezone

from campaigns.models import Campaign, Recipient
from campaigns.states import CampaignStatus
from messaging.delivery import claims


def claim(campaign):
    return claims.claim(campaign.pk, 10, now=timezone.now())


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_person_whom_another_campaign_claims_this_moment_is_put_off(active, fill, settings):
    settings.FREQUENCY_CAP_MESSAGES, settings.FREQUENCY_CAP_DAYS = 1, 7
    (first,) = fill(1)
    other = Campaign.objects.create(
        name="Otra", sender=active.sender, template=active.template, status=CampaignStatus.ACTIVE
    )
    late = Recipient.objects.create(campaign=other, contact=first.contact, phone=first.phone)
    with transaction.atomic():
        claim(active)
        taken = []
        rival = Thread(target=lambda: (taken.append(claim(other)), connection.close()))
        rival.start()
        rival.join()

    late.refresh_from_db()
    assert ([one.recipients for one in taken], late.status) == ([[]], "pending")
    assert late.not_before - timezone.now() < timedelta(minutes=1)
    assert late.not_before > timezone.now()
