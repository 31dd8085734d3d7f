"""Two transactions at once: on PostgreSQL alone, since SQLite lets one in at a time."""

from datetime import timedelta
from threading import Thread

import pytest
from django.db import connection, transaction
from django.utils import timezone

from campaigns.models import Campaign
from campaigns.states import CampaignStatus
from messaging.models import Sender
from tests.sending import claim, delivery_of, recipients
from waproject.tenants.scope import current_tenant_id, in_tenant


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_person_whom_another_campaign_claims_this_moment_is_put_off(active, fill, settings):
    settings.FREQUENCY_CAP_MESSAGES, settings.FREQUENCY_CAP_DAYS = 1, 7
    (first,) = fill(1)
    sender = Sender.objects.create(name="Otro", channel="whatsapp", address="+56229999999")
    other = Campaign.objects.create(
        name="Otra", sender=sender, template=active.template, status=CampaignStatus.ACTIVE
    )
    (late,) = recipients(other, [first.contact])
    taken, tenant_id = [], current_tenant_id()

    def claim_apart() -> None:
        with in_tenant(tenant_id):
            taken.append(claim(other))
        connection.close()

    with transaction.atomic():
        claim(active)
        rival = Thread(target=claim_apart)
        rival.start()
        rival.join()

    waiting = delivery_of(late)
    assert ([one.deliveries for one in taken], waiting.state) == ([[]], "waiting")
    assert timedelta() < waiting.due_at - timezone.now() < timedelta(minutes=1)
