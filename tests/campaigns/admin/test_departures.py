"""The chart beside the times of a draft."""

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from campaigns.admin.builder import people_count
from campaigns.models import Campaign
from contacts.models import Contact
from messaging.models import Sender
from messaging.states import Quality, Tier
from tests.factories.people import people

TIMES = {
    "start": "now",
    "days": list("0123456"),
    "max_retries": 3,
    "retry_delay_seconds": 60,
    "start_expiry_minutes": 120,
}


@pytest.fixture
def crowd(draft: Campaign) -> Campaign:
    """A draft to thirty people."""
    people(29, name="Ana {}")
    Campaign.objects.update(audience={})
    draft.refresh_from_db()
    return draft


def drawn(client, campaign: Campaign, **times):
    url = reverse("admin:campaigns_campaign_departures", args=[campaign.pk])
    return client.post(url, {**TIMES, **times})


def test_step_asks_for_the_chart_once_it_is_there(boss, crowd):
    page = boss.get(reverse("admin:campaigns_campaign_change", args=[crowd.pk]), {"step": "when"})

    assertContains(page, reverse("admin:campaigns_campaign_departures", args=[crowd.pk]))


def test_chart_holds_everyone_who_would_be_written_to(boss, crowd):
    departing = drawn(boss, crowd, per_hour="10").context["departing"]

    assert departing.people == 30
    assert sum(bar.sent for bar in departing.curve.bars) == 30


def test_chart_follows_what_is_typed_and_saves_nothing(boss, crowd):
    page = drawn(boss, crowd, per_hour="10")

    assert [bar.sent for bar in page.context["departing"].curve.bars][-1] <= 10
    assertContains(page, '<rect class="s1"')
    assert Campaign.objects.get().per_hour is None


def test_what_leaves_at_once_needs_no_chart(boss, crowd):
    page = drawn(boss, crowd)

    assert page.context["departing"].curve is None
    assertNotContains(page, "<svg viewBox")


def test_times_that_are_wrong_are_not_drawn(boss, crowd):
    assertContains(drawn(boss, crowd, per_hour="x"), "once the times are complete")


def test_audience_that_cannot_be_read_is_not_drawn(boss, crowd):
    Campaign.objects.update(audience={"nonsense": 1})

    assert drawn(boss, crowd).context["departing"] is None


def test_hours_are_those_of_the_people(boss, crowd):
    page = drawn(boss, crowd, hours_start="10:00", hours_end="10:01", per_hour="600")

    departing = page.context["departing"]
    assert departing.people == 30
    assert departing.curve is not None


def test_people_who_left_since_they_were_counted_are_not_drawn(boss, crowd, monkeypatch):
    monkeypatch.setattr(people_count, "FEW_PEOPLE", 0)
    times = {"hours_start": "10:00", "hours_end": "19:00"}
    assert drawn(boss, crowd, **times).context["departing"].people == 30

    Contact.objects.update(status="invalid")

    assert drawn(boss, crowd, **times).context["departing"] is None


def test_limit_of_whatsapp_holds_the_chart_back(boss, crowd):
    Sender.objects.update(tier=Tier.PEOPLE_250, share_when_low=4, quality=Quality.RED)

    departing = drawn(boss, crowd).context["departing"]

    assert [bar.sent for bar in departing.curve.bars if bar.sent] == [10, 10, 10]


def test_few_people_are_not_told_to_whom_may_not_see_them(allow, draft):
    page = drawn(allow("change_campaign"), draft)

    assert page.context["departing"] is None


def test_query_count_does_not_grow_with_the_people(boss, draft, django_assert_max_num_queries):
    people(40, name="Ana {}")
    Campaign.objects.update(audience={})

    with django_assert_max_num_queries(16):
        drawn(boss, draft, hours_start="10:00", hours_end="19:00")
