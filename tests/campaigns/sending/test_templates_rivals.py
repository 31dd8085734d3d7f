"""A template that is stopped while a campaign starts: on PostgreSQL alone."""

from functools import partial

import pytest
from django.db import transaction
from django.utils import timezone

from campaigns import operations
from campaigns.models import Campaign
from campaigns.sending.templates import pause_stopped
from messaging.approvals.deciding import take_state
from messaging.models import TemplateApproval
from messaging.providers.templates import ApprovalState
from tests.messaging.rivals import (
    PATIENCE,
    all_at_once,
    changed_elsewhere,
    ends,
    in_a_thread,
    wait_until_one_waits,
)
from tests.sending import set_status
from waproject.accounts.actors import SYSTEM

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def stop():
    approval = TemplateApproval.objects.get().pk
    take_state(approval, ApprovalState("paused"), as_of=timezone.now())


def test_a_campaign_that_starts_waits_for_what_becomes_of_its_template(campaign, contact):
    launch = partial(operations.launch, campaign.pk, by=SYSTEM, accept_warnings=True)
    raised = []
    thread = in_a_thread(lambda: raised.extend(all_at_once([launch])))

    with transaction.atomic():
        stop()
        thread.start()
        wait_until_one_waits()
    thread.join(PATIENCE)

    assert (thread.is_alive(), raised) == (False, [])
    assert Campaign.objects.get().status == "paused"


def test_the_state_of_a_template_waits_for_no_campaign(active):
    with changed_elsewhere("campaigns", active.pk):
        assert ends(stop)


def test_a_campaign_that_is_being_resumed_holds_its_template_until_it_is_active(active):
    set_status(active, "paused")

    raised = []
    thread = in_a_thread(lambda: raised.extend(all_at_once([stop])))

    with transaction.atomic():
        operations.resume(active.pk, by=SYSTEM)
        thread.start()
        wait_until_one_waits()
    thread.join(PATIENCE)

    assert (thread.is_alive(), raised) == (False, [])
    assert pause_stopped(active.template_version_id) == 1
