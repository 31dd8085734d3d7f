import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains

from campaigns import operations
from campaigns.changing import OperationRefused
from campaigns.launch.approval import approve, lacking
from campaigns.launch.further_chunks import go_on
from campaigns.models import Approval, Campaign
from contacts.models import Contact
from tests.factories.users import as_role, browser_of, with_rights
from tests.templates import edit_and_approve
from waproject.accounts.actors import SYSTEM
from waproject.accounts.models import User
from waproject.audit.models import Event
from waproject.tenants.models import Tenant

ANOTHER = "To more than 3 another person has to approve it"


@pytest.fixture
def limit(tenant) -> Tenant:
    """The business demands an approval of launches to more than 3 people."""
    tenant.launch_approval_above = 3
    tenant.save()
    return tenant


@pytest.fixture
def launcher(staff) -> User:
    return as_role(staff, "manager")


@pytest.fixture
def approver(db) -> User:
    user = User.objects.create_user("ana", first_name="Ana", last_name="Rojas", is_staff=True)
    return as_role(user, "manager")


def launch(campaign: Campaign, by) -> str:
    """Launch it to everyone, by the job too; the status that the campaign has then."""
    operations.launch(campaign.pk, by=by, accept_warnings=True)
    go_on(campaign.pk)
    return Campaign.objects.values_list("status", flat=True).get(pk=campaign.pk)


def test_launch_to_many_waits_for_another_person(limit, campaign, people, launcher, approver):
    assert launch(campaign, launcher) == "draft"

    campaign.refresh_from_db()
    assert (ANOTHER in campaign.why, "Ana Rojas" in campaign.why) == (True, True)
    approve(campaign.pk, people=5, by=approver)
    assert launch(campaign, launcher) == "active"


def test_launch_in_one_chunk_waits_too(limit, campaign, people, launcher, monkeypatch):
    monkeypatch.setattr("campaigns.launch.people.BATCH", 100)
    monkeypatch.setattr("campaigns.launch.people.PAGE", 100)

    with pytest.raises(OperationRefused, match=ANOTHER):
        launch(campaign, launcher)

    assert not campaign.recipients.exists()


def test_launch_to_few_needs_nobody(limit, campaign, people, launcher):
    Contact.objects.filter(pk__in=[one.pk for one in people[:2]]).delete()

    assert launch(campaign, launcher) == "active"


def test_business_that_demands_no_approval_needs_none(campaign, people, launcher):
    assert launch(campaign, launcher) == "active"


def test_operator_at_the_command_line_needs_none(limit, campaign, people):
    assert launch(campaign, SYSTEM) == "active"


def test_nobody_approves_their_own_launch(limit, campaign, people, launcher):
    approve(campaign.pk, people=5, by=launcher)

    assert launch(campaign, launcher) == "draft"


@pytest.mark.parametrize("change", ["audience", "text", "pace"])
def test_campaign_that_is_changed_needs_another_approval(
    limit, campaign, people, launcher, approver, change
):
    approve(campaign.pk, people=5, by=approver)

    if change == "audience":
        Campaign.objects.update(audience={"languages": ["es"]})
    elif change == "text":
        edit_and_approve(campaign.template, body="Otra cosa para {{nombre}}. Responde INFO.")
    else:
        Campaign.objects.update(per_hour=10)

    now = Campaign.objects.get()
    assert ANOTHER in lacking(now, 5, launcher=launcher)


@pytest.mark.parametrize(("people", "holds"), [(100, True), (110, True), (112, False)])
def test_approval_holds_for_a_tenth_more_people(limit, campaign, launcher, approver, people, holds):
    approve(campaign.pk, people=100, by=approver)

    assert (lacking(campaign, people, launcher=launcher) == "") == holds


def test_another_start_is_no_other_campaign(limit, campaign, launcher, approver):
    approve(campaign.pk, people=5, by=approver)

    campaign.scheduled_at = timezone.now() + timedelta(days=1)

    assert lacking(campaign, 5, launcher=launcher) == ""


def test_schedule_waits_for_another_person_too(limit, campaign, people, launcher, approver):
    at = timezone.now() + timedelta(hours=1)
    with pytest.raises(OperationRefused, match=ANOTHER):
        operations.schedule(campaign.pk, at=at, by=launcher, accept_warnings=True)
    approve(campaign.pk, people=5, by=approver)

    operations.schedule(campaign.pk, at=at, by=launcher, accept_warnings=True)

    assert Campaign.objects.get().status == "scheduled"


def test_scheduled_launch_is_that_of_the_person_who_scheduled_it(
    limit, campaign, people, launcher, approver, time_machine
):
    approve(campaign.pk, people=5, by=approver)
    at = timezone.now() + timedelta(hours=1)
    operations.schedule(campaign.pk, at=at, by=launcher, accept_warnings=True)
    Approval.objects.all().delete()
    time_machine.move_to(at + timedelta(minutes=1))

    operations.launch_on_time(campaign.pk)
    go_on(campaign.pk)

    campaign.refresh_from_db()
    assert (campaign.status, ANOTHER in campaign.why) == ("draft", True)


def test_approval_is_of_the_values_that_the_campaign_gives_too(limit, campaign, launcher, approver):
    approve(campaign.pk, people=5, by=approver)
    before = lacking(campaign, 5, launcher=launcher)

    campaign.template_values = {"aviso": "Otra cosa"}
    campaign.save()

    assert (before, ANOTHER in lacking(campaign, 5, launcher=launcher)) == ("", True)


# --- The pages ------------------------------------------------------------------------------


def decide(campaign: Campaign) -> str:
    return reverse("admin:campaigns_campaign_decide", args=[campaign.pk, "approve"])


def preflight_of(campaign: Campaign) -> str:
    return reverse("admin:campaigns_campaign_preflight", args=[campaign.pk])


def test_page_says_that_an_approval_is_lacking_and_takes_it(
    limit, campaign, people, launcher, approver
):
    browser = browser_of(launcher)
    before = browser.get(preflight_of(campaign)).text

    browser_of(approver).post(decide(campaign))

    after = browser.get(preflight_of(campaign)).text
    assert (ANOTHER in before, ANOTHER in after) == (True, False)
    assert ("now" in before, 'value="now" disabled' in before) == (True, True)
    assert 'value="now" disabled' not in after
    event = Event.objects.get()
    assert (event.action, event.actor, event.after) == (
        "campaigns.approve",
        approver,
        {"people": 5},
    )


def test_approval_needs_its_right(limit, campaign, people, staff):
    others = [*as_role(staff, "manager").memberships.get().role.rights - {"campaigns.approve"}]

    assert browser_of(with_rights(staff, others)).post(decide(campaign)).status_code == 403
    assert not Approval.objects.exists()


def test_launch_to_few_is_not_approved(limit, campaign, contact, approver):
    browser_of(approver).post(decide(campaign))

    assert not Approval.objects.exists()


def test_approval_is_offered_where_the_business_demands_it(tenant, campaign, people, approver):
    browser = browser_of(approver)
    page = reverse("admin:campaigns_campaign_change", args=[campaign.pk])
    before = browser.get(page).text

    tenant.launch_approval_above = 3
    tenant.save()

    assert (decide(campaign) in before, decide(campaign) in browser.get(page).text) == (False, True)


def seen_on(page: str) -> str:
    """What a page remembers of the campaign that it shows."""
    [found] = re.findall(r'name="seen" value="(\w+)"', page)
    return found


def test_what_was_changed_since_it_was_seen_is_not_approved(
    limit, campaign, people, launcher, approver
):
    browser = browser_of(approver)
    page = browser.get(preflight_of(campaign)).text
    [url] = re.findall(r'href="([^"]+/decide/approve/[^"]*)"', page)
    Campaign.objects.update(audience={"language": "en"})
    seen = seen_on(browser.get(url).text)

    page = browser.post(url, {"seen": seen}, follow=True)

    assertContains(page, "was changed while its page was open")
    assert not Approval.objects.exists()
