import pytest
from django.urls import reverse

from campaigns.models import Campaign
from tests.factories.campaigns import recipients
from tests.factories.users import browser_of, permit_only

pytestmark = pytest.mark.django_db

RESULTS = reverse("admin:report", args=["campaign_results"])


@pytest.fixture
def another(campaign) -> Campaign:
    """A second campaign, of which one of two was delivered."""
    other = Campaign.objects.create(name="Otra", sender=campaign.sender)
    recipients(other, "delivered", "failed")
    return other


def test_campaigns_are_compared_by_their_rates(boss, staff, campaign, another):
    recipients(campaign, "read", "replied", "sent", "sent")
    analyst = permit_only(staff, "view_analytics")
    page_of = reverse("admin:campaigns_campaign_change", args=[another.pk])

    seen, shown = (one.get(RESULTS) for one in (boss, browser_of(analyst)))

    first, second = seen.context["compared"]
    assert (first.name, first.url, second.name) == ("Otra", page_of, "Promo")
    assert [(bar.label, bar.number, bar.length) for bar in second.bars] == [
        ("delivered", "50.0\u00a0%", 500),
        ("read", "50.0\u00a0%", 500),
        ("replied", "25.0\u00a0%", 250),
    ]
    assert [one.url for one in shown.context["compared"]] == ["", ""]
    assert "50.0\u00a0%" in seen.content.decode()


def test_campaigns_of_which_nothing_was_sent_are_not_compared(boss, campaign, another):
    assert boss.get(RESULTS).context["compared"] == []


def test_page_leaves_out_what_no_campaign_has(boss, campaign, another):
    labels = {str(label) for label, _number in headings(boss)}
    recipients(campaign, "skipped")

    assert {"failed", "skipped"} & labels == {"failed"}
    assert "skipped" in {str(label) for label, _number in headings(boss)}


def headings(browser) -> list[tuple[str, bool]]:
    return browser.get(RESULTS).context["headings"]
