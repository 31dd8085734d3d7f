"""Every operation on campaigns: its permission, and its one event in the same transaction."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from campaigns import operations
from campaigns.actions import CampaignAction
from campaigns.audience.drafts import draft_for
from campaigns.audience.filters import Audience
from campaigns.launch.approval import approve
from campaigns.models import Campaign, Recipient
from tests.factories.users import permit_all_but, permit_only
from waproject.accounts.models import User
from waproject.audit.models import Event

# The state in which each operation finds the campaign, and the states that its event has.
STATES = {
    CampaignAction.LAUNCH: ("draft", "draft", "launching"),
    CampaignAction.APPROVE: ("draft", None, None),
    CampaignAction.SCHEDULE: ("draft", "draft", "scheduled"),
    CampaignAction.UNSCHEDULE: ("scheduled", "scheduled", "draft"),
    CampaignAction.PAUSE: ("active", "active", "paused"),
    CampaignAction.RESUME: ("paused", "paused", "active"),
    CampaignAction.CANCEL: ("active", "active", "cancelled"),
    CampaignAction.RETRY: ("active", "active", "active"),
    CampaignAction.COPY: ("active", None, None),
    CampaignAction.DRAFT: ("completed", None, None),
    CampaignAction.CLOSE: ("active", None, "closed"),
}


def do(action: CampaignAction, campaign: Campaign, by: User) -> object:
    match action:
        case CampaignAction.LAUNCH:
            return operations.launch(campaign.pk, by=by, accept_warnings=True)
        case CampaignAction.SCHEDULE:
            at = timezone.now() + timedelta(days=1)
            return operations.schedule(campaign.pk, at=at, by=by, accept_warnings=True)
        case CampaignAction.APPROVE:
            return approve(campaign.pk, people=1, by=by)
        case CampaignAction.DRAFT:
            return draft_for(Audience(of_campaigns=(campaign.pk,)), by=by, after=campaign)
        case CampaignAction.RETRY:
            return operations.retry_failed(campaign.pk, by=by)
        case CampaignAction.CLOSE:
            return operations.close([campaign.recipients.get().pk], by=by)
    return getattr(operations, action.name.lower())(campaign.pk, by=by)


@pytest.fixture(params=CampaignAction, ids=lambda action: action.name.lower())
def action(request) -> CampaignAction:
    return request.param


@pytest.fixture
def campaign(campaign, contact, action) -> Campaign:
    Campaign.objects.filter(pk=campaign.pk).update(status=STATES[action][0])
    if action == CampaignAction.CLOSE:
        now = timezone.now()
        row = {"phone": contact.phone, "status": "replied", "sent_at": now}
        Recipient.objects.create(campaign=campaign, contact=contact, **row)
    return campaign


def allowed_all_but(staff: User, action: CampaignAction) -> User:
    codename = action.permission.partition(".")[2]
    return permit_all_but(staff, codename)


def test_operation_refuses_a_user_who_has_every_permission_but_its_own(campaign, staff, action):
    with pytest.raises(PermissionDenied):
        do(action, campaign, allowed_all_but(staff, action))

    assert Campaign.objects.get().status == STATES[action][0]
    assert not Event.objects.exists()


def test_operation_with_its_permission_alone_writes_one_event(campaign, staff, action):
    codename = action.permission.partition(".")[2]
    permit_only(staff, codename)

    do(action, campaign, staff)

    [event] = Event.objects.all()
    before, after = event.before.get("status"), event.after.get("status")
    assert (event.actor, event.action) == (staff, action.value)
    assert (before, after) == STATES[action][1:]


def test_operation_and_its_event_are_undone_together(campaign, superuser, action):
    def fail_afterwards() -> None:
        with transaction.atomic():
            do(action, campaign, superuser)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_afterwards()

    assert Campaign.objects.get().status == STATES[action][0]
    assert not Event.objects.exists()
