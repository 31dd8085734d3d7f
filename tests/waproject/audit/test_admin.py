import csv
import io

import pytest
from django.urls import reverse

from campaigns.actions import CampaignAction
from campaigns.models import Campaign
from waproject.accounts.actors import SYSTEM
from waproject.audit.acting import acting
from waproject.audit.models import Event
from waproject.audit.resources import EventResource

pytestmark = pytest.mark.django_db

LIST = "admin:audit_event_changelist"
EXPORT = "admin:audit_event_export"


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
        ({"object_type": "campaigns.campaign"}, ["campaigns.close_recipients", "campaigns.pause"]),
        ({"object_type": "contacts.tag"}, []),
        ({"object_id": "999999"}, []),
        ({"q": "prom"}, ["campaigns.pause"]),
        ({"q": "jefa"}, ["campaigns.pause"]),
    ],
)
def test_list_shows_the_latest_first_and_filters(boss, events, query, actions):
    assert listed(boss, **query) == actions


def test_list_filters_by_the_user(boss, events, superuser):
    assert listed(boss, who=superuser.pk) == ["campaigns.pause"]


def test_filter_names_who_did_something_here_and_nobody_else(boss, events, staff):
    page = boss.get(reverse(LIST))

    [choices] = [
        spec.lookup_choices for spec in page.context["cl"].filter_specs if spec.title == "who"
    ]
    assert [str(name) for _value, name in choices] == ["the system", "jefa"]


def test_list_needs_no_query_for_each_row(boss, events, superuser, django_assert_num_queries):
    boss.get(reverse(LIST))
    with django_assert_num_queries(9):
        boss.get(reverse(LIST))

    for _time in range(10):
        with acting(superuser, CampaignAction.RESUME, Campaign):
            pass

    with django_assert_num_queries(9):
        boss.get(reverse(LIST))


def test_page_of_an_event_shows_what_changed(boss, events, campaign):
    event = Event.objects.get(action="campaigns.pause")

    page = boss.get(reverse("admin:audit_event_change", args=[event.pk])).content.decode()

    link = reverse("admin:campaigns_campaign_change", args=[campaign.pk])
    assert f'<a href="{link}">Campaign “Promo”</a>' in page
    assert '<th scope="row">Status</th><td>–</td><td>paused</td>' in page


def test_export_says_each_event_in_words_and_leaves_one_itself(boss, events, campaign):
    columns = {f"eventresource_{name}": "on" for name in EventResource._meta.fields}

    file = boss.post(reverse(EXPORT), {"format": "0", "resource": "0", **columns})

    # The latest comes first, below the titles.
    row = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"))))[2]
    assert row[2:8] == [
        *("jefa", "Paused a campaign", "Campaign “Promo”", str(campaign.pk)),
        *("", "Status: paused"),
    ]
    event = Event.objects.order_by("-id")[0]
    assert (event.action, event.object_type) == ("core.export", "audit.event")


def test_seeing_the_log_is_not_the_right_to_take_it_along(allow, events):
    reader = allow("view_event")

    assert (reader.get(reverse(LIST)).status_code, reader.get(reverse(EXPORT)).status_code) == (
        200,
        403,
    )


def test_history_of_an_object_leads_to_the_log_those_who_may_see_it(allow, events, campaign):
    history = reverse("admin:campaigns_campaign_history", args=[campaign.pk])
    link = f"?object_type=campaigns.campaign&amp;object_id={campaign.pk}"

    pages = [
        allow("view_campaign", *more).get(history).content.decode() for more in ([], ["view_event"])
    ]

    assert [link in page for page in pages] == [False, True]
