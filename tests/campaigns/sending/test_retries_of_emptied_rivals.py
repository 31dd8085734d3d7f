"""A retry and a retention run at once: on PostgreSQL alone, since SQLite lets one in at a time."""

import pytest
from django.db import transaction
from django.utils import timezone

from campaigns import operations
from campaigns.models import Campaign
from campaigns.privacy.retention import RECIPIENTS
from messaging.models import Delivery
from tests.factories.campaigns import recipients
from tests.messaging.rivals import PATIENCE, all_at_once, in_a_thread, wait_until_one_waits
from waproject.accounts.actors import SYSTEM


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_whoever_is_tried_again_while_retention_waits_for_them_keeps_text_and_address(campaign):
    [failed] = recipients(campaign, "failed")
    campaign.recipients.update(error_code="63018", failed_at=timezone.now(), body="Hola")
    Campaign.objects.update(status="completed", completed_at=timezone.now(), sent_count=1)
    emptied: list[int] = []
    before, raised = timezone.now(), []

    def sweep() -> None:
        with transaction.atomic():
            emptied.append(RECIPIENTS.take([failed.pk], before))

    sweeping = in_a_thread(lambda: raised.extend(all_at_once([sweep])))
    with transaction.atomic():
        operations.retry_failed(campaign.pk, by=SYSTEM)
        sweeping.start()
        wait_until_one_waits()
    sweeping.join(PATIENCE)

    assert (sweeping.is_alive(), raised, emptied) == (False, [], [0])
    address = failed.phone
    failed.refresh_from_db()
    assert (failed.status, failed.phone, failed.body) == ("pending", address, "Hola")
    assert Delivery.objects.get().address == address
