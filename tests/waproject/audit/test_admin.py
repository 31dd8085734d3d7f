import pytest
from django.urls import reverse

from campaigns.actions import CampaignAction
from campaigns.models import Campaign
from waproject.accounts.actors import SYSTEM
from waproject.audit.acting import acting
from waproject.audit.models import Event

pytestmark = pytest.mark.django_db

LIST = "admin:audit_event_changelist"


@pytest.fixture
def events(superuser, campaign) -> None:
    with acting(superuser, CampaignAction.PAUSE, campaign, text="Promo") as event:
        event.after = {"status": "paused"}
    with acting(SYSTEM, CampaignAction.CLOSE, Campaign):
        pass


def listed(browser, **query) -> list[str]:
    page = browser.get(reverse(LIST), query)
    return [event.action for event in page.context["cl"].result_list]


@pytest.mark.parametrize(
    ("query", "actions"),
    [
        ({}, ["campaigns.close_recipients", "campaigns.pause"]),
        ({"who": "system"}, ["campaigns.close_recipients"]),
        ({"action": "campaigns.pause"}, ["campaigns.pause"]),
    ],
)
def test_list_shows_the_latest_first_and_filters(boss, events, query, actions):
    assert listed(boss, **query) == actions


def test_list_filters_by_the_user(boss, events, superuser):
    assert listed(boss, who=superuser.pk) == ["campaigns.pause"]


def test_list_needs_no_query_for_each_row(boss, events, superuser, django_assert_num_queries):
    boss.get(reverse(LIST))
    with django_assert_num_queries(6):
        boss.get(reverse(LIST))

    for _time in range(10):
        with acting(superuser, CampaignAction.RESUME, Campaign):
            pass

    with django_assert_num_queries(6):
        boss.get(reverse(LIST))


def test_page_of_an_event_shows_what_changed(boss, events, campaign):
    event = Event.objects.get(action="campaigns.pause")

    page = boss.get(reverse("admin:audit_event_change", args=[event.pk])).content.decode()

    link = reverse("admin:campaigns_campaign_change", args=[campaign.pk])
    assert f'<a href="{link}">Campaign “Promo”</a>' in page
    assert "&quot;status&quot;: &quot;paused&quot;" in page


def test_history_of_an_object_shows_the_operations_on_it(boss, events, campaign):
    page = boss.get(reverse("admin:campaigns_campaign_history", args=[campaign.pk]))

    assert [event.action for event in page.context["events"]] == ["campaigns.pause"]
