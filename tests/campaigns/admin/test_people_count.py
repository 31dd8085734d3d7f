"""The count of a draft's people in a business with many: it comes after the page."""

from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from campaigns.admin.builder import people_count
from campaigns.models import Campaign
from contacts.models import Vehicle

ADD = reverse("admin:campaigns_campaign_add")
COUNT = reverse("admin:campaigns_campaign_count")


@pytest.fixture(autouse=True)
def many(db, monkeypatch, owner) -> None:
    """One person is many here."""
    monkeypatch.setattr(people_count, "FEW_PEOPLE", 0)
    cache.clear()


def page_of(campaign: Campaign, step: str) -> str:
    return reverse("admin:campaigns_campaign_change", args=[campaign.pk]) + f"?step={step}"


def people_of(campaign: Campaign) -> str:
    return reverse("admin:campaigns_campaign_people", args=[campaign.pk])


@pytest.mark.parametrize("step", ["who", "what", "when"])
def test_page_counts_nobody_and_asks_for_the_count(boss, draft, step):
    page = boss.get(page_of(draft, step))

    assert (page.context.get("count"), page.context["is_late"]) == (None, True)
    assertContains(page, 'hx-trigger="load')


def test_new_campaign_asks_for_the_count_too(boss):
    assertContains(boss.get(ADD), "Counting…")


def test_count_of_a_while_ago_is_shown_and_counted_anew(boss, draft):
    with time_machine.travel(timezone.now() - timedelta(hours=1)):
        boss.get(people_of(draft))
    Vehicle.objects.all().delete()

    page = boss.get(page_of(draft, "who"))
    answer = boss.get(people_of(draft))

    assertContains(page, "As last counted")
    assert (page.context["count"].matched, answer.context["count"].matched) == (1, 0)


def test_count_of_a_moment_ago_is_enough(boss, draft):
    boss.get(people_of(draft))
    Vehicle.objects.all().delete()

    page = boss.get(page_of(draft, "who"))

    assert (page.context["count"].matched, page.context["is_late"]) == (1, False)
    assertNotContains(page, "As last counted")


def test_count_of_a_form_is_shown_when_the_same_is_stored(boss, draft, sender):
    boss.post(COUNT, {"make": "Toyota", "sender": sender.pk})

    assert boss.get(page_of(draft, "when")).context["count"].matched == 1


def test_count_of_another_audience_is_not_shown(boss, draft, sender):
    boss.post(COUNT, {"make": "Kia", "sender": sender.pk})

    assert "count" not in boss.get(page_of(draft, "who")).context


def test_answer_puts_the_number_in_each_place_of_the_page(boss, draft):
    answer = boss.get(people_of(draft)).text

    assert answer.count("1 person") >= 2
    assert answer.count('hx-swap-oob="true"') == 2


def test_last_count_of_few_is_told_only_to_users_who_may_see_people(allow, boss, draft):
    boss.get(people_of(draft))

    page = allow("change_campaign", "view_campaign").get(page_of(draft, "what"))

    assertNotContains(page, "1 person")


def test_button_counts_at_once(boss, sender):
    page = boss.post(ADD, {"step": "who", "make": "Toyota", "sender": sender.pk, "_count": "Count"})

    assert page.context["count"].matched == 1


def test_people_are_counted_only_for_users_who_write_campaigns(allow, draft):
    answers = [allow(one).get(people_of(draft)) for one in ("view_campaign", "add_campaign")]

    assert [answer.status_code for answer in answers] == [403, 200]
