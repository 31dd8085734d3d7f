import pytest
from django.urls import reverse

from campaigns.actions import CampaignAction
from campaigns.models import Campaign
from waproject.accounts.actors import SYSTEM
from waproject.audit import history
from waproject.audit.acting import acting
from waproject.audit.history import history_of

pytestmark = pytest.mark.django_db


def act(action: CampaignAction, *ids: int, **values: str) -> None:
    with acting(SYSTEM, action) as event:
        event.concern(Campaign, ids)
        event.after |= values


def test_history_has_the_events_of_one_object_and_those_about_many(campaign):
    pk = campaign.pk
    act(CampaignAction.PAUSE, pk)
    act(CampaignAction.RESUME, pk, pk + 1)
    act(CampaignAction.CANCEL, pk + 1, pk + 2)
    act(CampaignAction.COPY, pk + 1)

    assert [event.action for event in history_of(campaign)] == [
        "campaigns.resume",
        "campaigns.pause",
    ]


def test_history_shows_the_latest(campaign, monkeypatch):
    monkeypatch.setattr(history, "SHOWN", 2)
    for action in (CampaignAction.PAUSE, CampaignAction.RESUME, CampaignAction.CANCEL):
        act(action, campaign.pk)

    assert [event.action for event in history_of(campaign)] == [
        "campaigns.cancel",
        "campaigns.resume",
    ]


def test_page_says_what_changed_with_no_query_for_each_event(
    boss, campaign, django_assert_max_num_queries
):
    page = reverse("admin:campaigns_campaign_history", args=[campaign.pk])
    boss.get(page)
    for _time in range(20):
        act(CampaignAction.PAUSE, campaign.pk, status="paused")

    with django_assert_max_num_queries(12):
        text = boss.get(page).content.decode()

    assert text.count("<div><strong>Status:</strong> paused</div>") == 20
