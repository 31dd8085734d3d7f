"""The preflight pages of an audience too large to be read in a request."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from campaigns.launch import counting
from campaigns.models import Campaign
from tests.campaigns.admin.test_actions import LIST, chosen, preflight_of, status_of
from waproject.core.jobs.models import Job
from waproject.core.jobs.operations import run


@pytest.fixture(autouse=True)
def every_audience_is_large(monkeypatch) -> None:
    monkeypatch.setattr(counting, "AT_ONCE", 0)


def run_the_job() -> None:
    run(Job.objects.get().pk)


def test_preflight_page_shows_how_far_the_count_is_and_then_its_figures(boss, draft):
    before = boss.get(preflight_of(draft))
    run_the_job()
    after = boss.get(preflight_of(draft))

    assertContains(before, reverse("admin:jobs_job_progress", args=[Job.objects.get().pk]))
    assertNotContains(before, "Send to")
    assert after.context["preflight"].recipients == 1
    assertContains(after, "Counted at")


def test_end_of_the_count_loads_the_preflight_page_anew(boss, draft):
    boss.get(preflight_of(draft))
    progress = reverse("admin:jobs_job_progress", args=[Job.objects.get().pk])

    before = boss.get(progress).headers.get("HX-Refresh")
    run_the_job()

    assert (before, boss.get(progress).headers["HX-Refresh"]) == (None, "true")


def test_page_of_the_job_leads_to_the_preflight(boss, draft):
    boss.get(preflight_of(draft))
    job = Job.objects.get()

    response = boss.get(reverse("admin:jobs_job_change", args=[job.pk]))

    assert response.url == preflight_of(draft)


def test_count_again_counts_anew(boss, draft):
    boss.get(preflight_of(draft))
    run_the_job()

    response = boss.post(preflight_of(draft), {"when": "again"}, follow=True)

    assertContains(response, "hx-get")
    assert Job.objects.get().state == "waiting"


def test_count_that_failed_says_why_and_offers_another(boss, draft):
    boss.get(preflight_of(draft))
    Job.objects.update(state="failed", error="It stopped.", finished_at=timezone.now())

    response = boss.get(preflight_of(draft))

    assertContains(response, "It stopped.")
    assertContains(response, "Count again")


def test_schedule_waits_for_the_count_and_takes_what_it_found(boss, draft):
    Campaign.objects.update(scheduled_at=timezone.now() + timedelta(days=1))

    boss.post(preflight_of(draft), {"when": "later"})
    early = status_of(draft)
    run_the_job()
    boss.post(preflight_of(draft), {"when": "later"})

    assert (early, status_of(draft)) == ("draft", "scheduled")


def test_launch_of_several_says_whose_people_are_still_being_counted(boss, draft):
    response = boss.post(LIST, chosen("launch_selected", draft))

    assertContains(response, "Its people are still being counted")
    assertNotContains(response, 'value="Launch now"')
