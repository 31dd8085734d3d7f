"""The list of campaigns: its tabs, its columns, and what it costs."""

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from campaigns.models import Campaign
from messaging.models import Sender
from tests.factories.campaigns import recipient

LIST = reverse("admin:campaigns_campaign_changelist")

pytestmark = pytest.mark.django_db


def test_list_shows_the_rates_of_each_campaign(boss, draft):
    now = timezone.now()
    for number, status in enumerate(["sent", "delivered", "read", "replied"]):
        recipient(draft, number, status=status, sent_at=now)

    response = boss.get(LIST)

    rates = {f"{rate}&nbsp;%</small>": 1 for rate in ("75.0", "50.0", "25.0")}
    for shown, times in rates.items():
        assertContains(response, shown, times)


def test_list_takes_as_many_queries_for_20_campaigns_as_for_one(
    boss, draft, django_assert_num_queries
):
    recipient(draft, 1)
    with django_assert_num_queries(12):
        boss.get(LIST)

    for number in range(19):
        sender = Sender.objects.create(name="S", channel="sms", address=f"+56220000{number:03}")
        recipient(Campaign.objects.create(name="Otra", sender=sender), 100 + number)

    with django_assert_num_queries(12):
        boss.get(LIST)


def tabs_of(page) -> list[tuple[str, int, bool]]:
    return [(str(tab.label), tab.number, tab.is_here) for tab in page.context["cl"].state_tabs()]


def test_list_has_a_tab_for_each_state_that_there_is(boss, draft):
    for status in ("paused", "completed", "completed"):
        Campaign.objects.create(name="Otra", sender=draft.sender, status=status)

    assert tabs_of(boss.get(LIST)) == [
        ("All", 4, True),
        ("Paused", 1, False),
        ("Drafts", 1, False),
        ("Completed", 2, False),
    ]


def test_tab_shows_its_campaigns_and_counts_the_others_by_the_same_filters(boss, draft):
    ended = {"sender": draft.sender, "status": "completed"}
    Campaign.objects.create(name="Otra", tag="taller", **ended)
    sought = Campaign.objects.create(name="Feria", **ended)

    page = boss.get(LIST, {"status__exact": "completed", "q": "feria"})

    assert list(page.context["cl"].result_list) == [sought]
    assert tabs_of(page) == [("All", 1, False), ("Completed", 1, True)]
    assertNotContains(page, "pill-on")


def test_tab_of_a_state_without_campaigns_leads_back(boss, draft):
    page = boss.get(LIST, {"status__exact": "cancelled"})

    assert tabs_of(page) == [("All", 1, False), ("Drafts", 1, False), ("Cancelled", 0, True)]
    assertContains(page, "Clear all filters")


def test_list_opens_for_people_who_may_only_look(allow, draft):
    assert allow("view_campaign").get(LIST).status_code == 200
