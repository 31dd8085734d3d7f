"""What narrows a list besides its filters is shown, and can be taken away."""

import re

import pytest
from django.urls import reverse

from contacts.models import Tag
from tests.factories.people import person, vehicle

pytestmark = pytest.mark.django_db

LIST = reverse("admin:contacts_contact_changelist")


def chips(page: str) -> list[tuple[str, str]]:
    """The words of each leftover, and where its cross leads."""
    found = re.findall(r'<a class="pill pill-on" href="([^"]*)">(.*?)<svg', page)
    return [(words, url) for url, words in found]


def test_condition_of_another_page_is_shown_and_removable(admin_client):
    owner = person(name="Ana", phone="+56975400946")
    vehicle(owner)
    url = reverse("admin:contacts_vehicle_changelist")

    page = admin_client.get(url, {"contact__id__exact": owner.pk, "make": "Toyota"})

    assert chips(page.content.decode()) == [("Contact: Ana +56 9 7540 0946", "?make=Toyota")]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("email__isnull=False", "Email: yes"),
        ("status__in=active,invalid", "Status: active, invalid"),
        ("updated_at__gte=2025-03-12T00:00:00-03:00", "Updated from 03/12/2025 00:00 on"),
    ],
)
def test_condition_is_said_in_words(admin_client, query, words):
    assert [said for said, _url in chips(admin_client.get(f"{LIST}?{query}").content.decode())] == [
        words
    ]


def test_chosen_filter_has_a_cross_that_keeps_the_others(admin_client):
    tag = Tag.objects.create(name="vip")

    page = admin_client.get(f"{LIST}?tag={tag.pk}&make=Kia").content.decode()

    crosses = re.findall(r'<a class="pill-off" href="([^"]*)"', page)
    assert crosses == ["?make=Kia", f"?tag={tag.pk}"]


def test_empty_by_filter_leads_back_to_all(admin_client):
    page = admin_client.get(f"{LIST}?make=Kia").content.decode()

    assert "Nothing matches these filters" in page
    assert page.count("Clear all filters") == 2


def test_list_of_everything_has_nothing_to_clear(admin_client):
    assert "Clear all filters" not in admin_client.get(LIST).content.decode()
