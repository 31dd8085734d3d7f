"""The list of campaigns as a file."""

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from campaigns.admin.resources import CampaignResource
from campaigns.models import Campaign
from tests.factories.campaigns import recipients
from waproject.audit.models import Event

EXPORT = reverse("admin:campaigns_campaign_export")

pytestmark = pytest.mark.django_db


def exported(client, query: str = "") -> list[dict[str, str]]:
    chosen = {f"campaignresource_{name}": "on" for name in CampaignResource._meta.fields}
    file = client.post(f"{EXPORT}{query}", {"format": "0", "resource": "0", **chosen})
    return list(csv.DictReader(io.StringIO(file.content.decode("utf-8-sig"), newline="")))


def test_each_campaign_has_its_numbers(boss, campaign):
    recipients(campaign, "sent", "read", "replied", "failed", "skipped")

    [row] = exported(boss)

    names = ("people", "sent", "delivered", "read", "replied", "failed", "skipped")
    assert [row[name] for name in names] == ["5", "4", "2", "2", "1", "1", "1"]


def test_campaigns_are_those_of_the_list_with_their_formulas_disarmed(boss, campaign, sender):
    Campaign.objects.create(name="=1+1", sender=sender, status="active", started_at=timezone.now())

    rows = exported(boss, "?status__exact=active")

    assert [(row["name"], row["status"]) for row in rows] == [("'=1+1", "sending")]


def test_numbers_of_many_are_counted_together(boss, campaign, sender):
    costs = []
    for number in range(2):
        for name in "abcde" * number:
            Campaign.objects.create(name=name, sender=sender)
        with CaptureQueriesContext(connection) as queries:
            exported(boss)
        costs.append(len(queries))

    assert costs[0] == costs[1]


def test_export_needs_its_right_and_leaves_an_event(allow, campaign):
    refused = allow("view_campaign").get(EXPORT)
    exported(allow("view_campaign", "export_campaign"))

    event = Event.objects.latest("pk")
    assert (refused.status_code, event.action) == (403, "core.export")
    assert event.object_type == "campaigns.campaign"
