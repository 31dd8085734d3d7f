"""From a report to a draft for its people."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from campaigns.audience.from_list import audience_of
from campaigns.reports.leads_by_model import leads_by_model
from campaigns.reports.pages.groups import group_of_report, group_of_row
from campaigns.reports.responders import responders
from tests.factories.messages import message
from tests.factories.people import person, vehicle

pytestmark = pytest.mark.django_db


def test_row_of_a_model_is_a_group_of_as_many_people_as_it_says():
    owners = [person(), person()]
    for owner in owners:
        vehicle(owner, "Kia", "Rio", year=2018)
    vehicle(owners[0], "Kia", "Rio", year=2019)
    vehicle(person(status="opted_out"), "Kia", "Rio")
    vehicle(person(), "Kia", "Rio", created_at=timezone.now() - timedelta(days=100))
    (row,) = leads_by_model(days=90)

    group = group_of_row("leads_by_model", row, {"days": 90})

    assert group.count == row.contact_count == 2
    assert list(audience_of(group.query).matches()) == owners


def test_responders_are_a_group_each_person_once():
    ana = person()
    vehicle(ana, "Kia", "Rio")
    vehicle(ana, "Mazda", "3")
    message(ana, timezone.now())

    group = group_of_report("responders", responders())

    assert (group.query, group.count) == (f"id__in={ana.pk}", 1)


def test_pages_offer_a_campaign(admin_client):
    ana = person()
    vehicle(ana)
    message(ana, timezone.now())
    pages = [reverse("admin:report", args=[name]) for name in ("leads_by_model", "responders")]

    shown = [admin_client.get(page).content.decode() for page in pages]

    assert ["Create a campaign for this person" in page for page in shown] == [True, True]
