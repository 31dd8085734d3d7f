"""The panel of a campaign: where it stands, and what a person can do now."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from campaigns.models import Campaign, Launch
from campaigns.status_reasons import because_of
from messaging.delivery.reasons import NotSent, why
from messaging.models import Sender
from tests.factories.campaigns import recipient, recipients
from tests.sending import enqueue
from waproject.core.jobs.models import Job


def panel_of(campaign: Campaign) -> str:
    return reverse("admin:campaigns_campaign_panel", args=[campaign.pk])


def test_panel_links_each_number_to_its_rows(boss, draft):
    recipient(draft, 1, status="read", sent_at=timezone.now())
    recipient(draft, 2, status="failed", error_code="63024")

    panel = boss.get(panel_of(draft)).context["panel"]

    for row in [*panel.stages, *panel.others]:
        assert boss.get(row.url).context["cl"].result_count == row.number


def test_panel_refreshes_itself_while_sending(boss, draft):
    Campaign.objects.update(status="active")
    recipient(draft, 1)

    response = boss.get(panel_of(draft))

    assertContains(response, f'hx-get="{panel_of(draft)}?was=active" hx-trigger="every 2s"')


@pytest.mark.parametrize(
    ("launch", "told"),
    [
        ({"expected": None}, "40 people so far. Nothing leaves before all are ready."),
        ({"expected": 160}, "40 of about 160 people. Nothing leaves before all are ready."),
        ({"refused": ["Nobody."]}, "It becomes a draft again; 40 recipients are still to be"),
    ],
)
def test_panel_shows_how_far_a_launch_is(boss, draft, launch, told):
    Campaign.objects.update(status="launching", total_recipients=40)
    total = launch.pop("expected", 160)
    job = Job.objects.create(kind="launch", title="Promo", total=total)
    under_way = {"accept_warnings": True, "cursor": 0, "last_contact": 0}
    Launch.objects.create(campaign=draft, job=job, **under_way, **launch)

    response = boss.get(panel_of(draft))

    assertContains(response, told)
    assertContains(response, 'hx-trigger="every 2s"')
    assert response.context["panel"].launching.share == (25.0 if total else None)


@pytest.mark.parametrize(("was", "reloads"), [("launching", True), ("draft", False)])
def test_panel_reloads_the_page_of_what_has_moved(boss, draft, was, reloads):
    response = boss.get(panel_of(draft), {"was": was})

    assert response.headers.get("HX-Refresh") == ("true" if reloads else None)


def test_panel_of_a_draft_stands_still(boss, draft):
    assertNotContains(boss.get(panel_of(draft)), "hx-get")


def test_panel_tells_why_a_campaign_is_paused(boss, draft):
    suspended = why(NotSent.PROVIDER_ERROR, provider="twilio", error="30002")
    Campaign.objects.update(status="paused", **because_of(suspended))

    assertContains(boss.get(panel_of(draft)), "The account is suspended. (30002)")
    spanish = boss.get(panel_of(draft), headers={"Accept-Language": "es"})
    assertContains(spanish, "La cuenta está suspendida. (30002)")


@pytest.mark.parametrize(("minutes", "told"), [(5, True), (0.5, False)])
def test_panel_says_when_a_waiting_campaign_goes_on(boss, draft, minutes, told):
    Campaign.objects.update(status="active")
    recipient(draft, 1)
    later = timezone.now() + timedelta(minutes=minutes)
    enqueue(draft, due_at=later)

    goes_on_at = boss.get(panel_of(draft)).context["panel"].goes_on_at

    assert goes_on_at == (later if told else None)


def test_panel_reckons_the_time_left_under_a_daily_limit(boss, draft):
    Campaign.objects.update(status="active")
    Sender.objects.update(daily_limit=2)
    for number in range(5):
        recipient(draft, number)

    assert boss.get(panel_of(draft)).context["panel"].time_left == "2 d"


def test_panel_reckons_the_time_left(boss, draft):
    Campaign.objects.update(status="active")
    draft.sender.__class__.objects.update(rate=0.5)
    for number in range(31):
        recipient(draft, number)

    assert boss.get(panel_of(draft)).context["panel"].time_left == "1 min 2 s"


def test_panel_shows_no_link_to_users_who_may_not_see_recipients(allow, draft):
    recipient(draft, 1)

    assertNotContains(allow("view_campaign").get(panel_of(draft)), "/admin/campaigns/recipient/")


def test_panel_is_closed_without_the_permission(allow, draft):
    assert allow("view_recipient").get(panel_of(draft)).status_code == 403


@pytest.mark.parametrize(
    ("status", "buttons"),
    [
        ("draft", ["cancel"]),
        ("scheduled", ["unschedule", "cancel"]),
        ("launching", ["cancel"]),
        ("active", ["pause", "cancel"]),
        ("paused", ["resume", "cancel"]),
        ("completed", []),
        ("cancelled", []),
    ],
)
def test_panel_offers_what_the_state_allows(boss, draft, status, buttons):
    Campaign.objects.update(status=status)

    offered = boss.get(panel_of(draft)).context["decisions"]

    assert [decision.name for decision in offered] == buttons


# --- List -----------------------------------------------------------------------------------


def test_each_loss_of_the_funnel_leads_to_its_people(boss, campaign):
    statuses = ["sent", "delivered", "delivered", "read", "replied", "closed", "undelivered"]
    recipients(campaign, *statuses, "failed", "pending", "skipped")
    page = reverse("admin:campaigns_campaign_panel", args=[campaign.pk])

    stages = boss.get(page).context["panel"].stages

    found = [boss.get(stage.lost_url).context["cl"].result_count for stage in stages[:-1]]
    assert found == [stage.lost for stage in stages[:-1]] == [3, 2, 1, 1]
