from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from messaging.models import Message
from tests.factories.users import browser_of, permit_only
from tests.waproject.tenants.retention.runs import run_now
from waproject.audit.models import Event
from waproject.tenants.retention.models import ChosenPeriod
from waproject.tenants.retention.sweeps import periods

pytestmark = pytest.mark.django_db
PAGE = "admin:tenants_tenant_retention"


@pytest.fixture
def old_message() -> Message:
    return Message.objects.create(
        direction="inbound",
        status="received",
        message_sid="SM1",
        body="hola",
        created_at=timezone.now() - timedelta(days=400),
    )


def due_of(page, name: str) -> list[str]:
    return {row.period.name: row.due for row in page.context["rows"]}[name]


def test_page_shows_each_period_and_what_would_go_now(boss, old_message):
    ChosenPeriod.objects.create(name="messages", days=365)

    page = boss.get(reverse(PAGE))

    assert [row.period.name for row in page.context["rows"]] == [*periods()]
    assert due_of(page, "messages") == ["texts of messages: 1"]
    assert "No run has ended yet" in page.content.decode()


def test_a_change_is_shown_first_and_stored_when_confirmed(boss, old_message):
    proposed = boss.post(reverse(PAGE), {"messages": 300})
    stored = ChosenPeriod.objects.exists()
    boss.post(reverse(PAGE), {"messages": 300, "confirmed": "yes"})

    assert (due_of(proposed, "messages"), stored) == (["texts of messages: 1"], False)
    assert proposed.context["is_proposed"]
    assert ChosenPeriod.objects.get().days == 300
    assert Event.objects.get(action="retention.change").before == {"messages": 730}


def test_an_empty_field_is_the_default_again(boss):
    ChosenPeriod.objects.create(name="messages", days=365)

    boss.post(reverse(PAGE), {"confirmed": "yes"})

    assert not ChosenPeriod.objects.exists()


def test_days_that_cannot_be_are_refused_with_a_sentence(boss):
    page = boss.post(reverse(PAGE), {"messages": 5, "events": 0, "confirmed": "yes"})

    content = page.content.decode()
    assert "From 30 to 3650 days; 0: for ever." in content
    assert "From 90 to 3650 days." in content
    assert not ChosenPeriod.objects.exists()


def test_last_run_is_shown_with_what_it_took(boss, old_message):
    ChosenPeriod.objects.create(name="messages", days=365)
    run_now()

    page = boss.get(reverse(PAGE))

    assert page.context["last_removed"] == ["texts of messages: 1"]
    assert "The last run ended on" in page.content.decode()


def test_who_may_only_see_changes_nothing(staff):
    browser = browser_of(permit_only(staff, "view_tenant"))

    page = browser.get(reverse(PAGE))
    refused = browser.post(reverse(PAGE), {"messages": 300, "confirmed": "yes"})

    assert (page.status_code, page.context["may_change"]) == (200, False)
    assert refused.status_code == 403
    assert not ChosenPeriod.objects.exists()


def test_page_of_the_business_leads_here(boss, tenant):
    page = boss.get(reverse("admin:tenants_tenant_change", args=[tenant.pk]))

    assert reverse(PAGE) in page.content.decode()
