from datetime import UTC, datetime

import pytest
from django.urls import reverse

from contacts.models import Contact
from tests.factories.campaigns import recipients
from tests.factories.people import people, vehicle
from waproject.core.admin import lists
from waproject.core.admin.lists import CappedPaginator, SearchPaginator


@pytest.mark.parametrize("page", ["contact", "vehicle", "importjob"])
def test_list_opens_for_a_search_of_any_length(boss, page):
    url = reverse(f"admin:contacts_{page}_changelist")

    statuses = [boss.get(url, {"q": text}).status_code for text in ("a" * 3_000, "a " * 1_500)]

    assert statuses == [200, 200]


@pytest.mark.parametrize(("query", "counted"), [({}, 3), ({"q": "ana"}, 2)])
def test_what_a_search_finds_is_counted_less_far(boss, monkeypatch, query, counted):
    monkeypatch.setattr(CappedPaginator, "limit", 3)
    monkeypatch.setattr(SearchPaginator, "limit", 2)
    people(4, name="Ana")

    response = boss.get(reverse("admin:contacts_contact_changelist"), query)

    paginator = response.context["cl"].paginator
    assert (paginator.count, paginator.is_capped) == (counted, True)


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("contacts_vehicle", {"contact__status__exact": "active"}),
        ("campaigns_recipient", {"reached": "sent"}),
    ],
)
def test_what_a_filter_without_an_index_finds_is_counted_less_far(
    boss, campaign, monkeypatch, name, query
):
    monkeypatch.setattr(SearchPaginator, "limit", 2)
    for one in recipients(campaign, "sent", "read", "failed"):
        vehicle(one.contact)

    response = boss.get(reverse(f"admin:{name}_changelist"), query)

    paginator = response.context["cl"].paginator
    assert (paginator.count, paginator.is_capped) == (2, True)


def test_pages_in_an_order_of_the_reader_have_their_rows_in_that_order(boss):
    people(60, name="Ana {:02}")
    url = reverse("admin:contacts_contact_changelist")

    pages = [boss.get(url, {"o": "1", "p": number}).context["cl"] for number in (1, 2)]

    names = [one.name for page in pages for one in page.result_list]
    assert names == [f"Ana {number:02}" for number in range(60)]


def test_a_page_far_back_has_the_rows_of_its_place(boss, monkeypatch):
    monkeypatch.setattr(lists, "FAR_BACK", 50)
    people(120, name="Ana {}")
    url = reverse("admin:contacts_contact_changelist")

    pages = [boss.get(url, {"p": number}).context["cl"].result_list for number in (1, 2, 3)]

    names = [one.name for page in pages for one in page]
    assert names == [f"Ana {number}" for number in reversed(range(120))]


@pytest.mark.parametrize(
    ("query", "first"), [({}, "Ana 1"), ({"created_at__gte": "2026-01-01 00:00:00+00:00"}, "Ana 0")]
)
def test_list_is_in_the_order_of_time_where_days_are_chosen(boss, query, first):
    older, newer = people(2, name="Ana {}")
    Contact.objects.filter(pk=older.pk).update(created_at=datetime(2026, 3, 2, tzinfo=UTC))
    Contact.objects.filter(pk=newer.pk).update(created_at=datetime(2026, 3, 1, tzinfo=UTC))

    response = boss.get(reverse("admin:contacts_contact_changelist"), query)

    assert response.context["cl"].result_list[0].name == first
