"""What was sold in a conversation is found from it: the amount, the campaign, the template."""

from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from campaigns.models import Recipient
from contacts.person.timeline import timeline
from messaging.inbox import operations
from messaging.inbox.models import Outcome
from messaging.models import Conversation, Message
from tests.factories.users import permit_only
from tests.messaging.inbox.conftest import page_of
from waproject.accounts.actors import SYSTEM


@pytest.fixture
def sold(talk, campaign) -> Conversation:
    """A conversation whose person answered a campaign, and bought."""
    one = talk("Me interesa")
    Message.objects.filter(conversation=one).update(campaign_id=campaign.pk)
    made = Recipient.objects.create(campaign=campaign, contact=one.contact, phone="+56975400946")
    now = timezone.now()
    Recipient.objects.filter(pk=made.pk).update(
        status="replied", sent_at=now, replied_at=now, message_sid="SM1"
    )
    outcome = Outcome.objects.get(code="sold")
    operations.resolve(one.pk, outcome.pk, amount=Decimal(13_990_000), by=SYSTEM)
    return one


def campaign_page(campaign) -> str:
    return reverse("admin:campaigns_campaign_change", args=[campaign.pk])


def test_the_conversation_leads_to_the_campaign_in_which_its_sale_counts(boss, sold, campaign):
    page = page_of(boss, sold)

    assertContains(page, "$13,990,000")
    assertContains(
        page, f'<a href="{campaign_page(campaign)}">Campaign: {campaign.name}</a>', html=True
    )


def test_the_campaign_is_named_without_a_link_to_who_may_not_see_it(allow, sold, campaign):
    page = page_of(allow("view_conversation", "view_contact"), sold)

    assertContains(page, f"Campaign: {campaign.name}")
    assertNotContains(page, campaign_page(campaign))


def test_the_campaigns_page_leads_to_the_conversation_of_each_sale(boss, sold, campaign):
    url = reverse("admin:campaigns_campaign_outcome", args=[campaign.pk])

    sales = boss.get(url).context["sales"]

    [sale] = sales.latest
    assert (sales.count, sales.amount) == (1, "$13,990,000")
    assert (sale.person, sale.url) == (
        sold.contact.name,
        f"{reverse('admin:inbox')}?talk={sold.pk}",
    )
    assert sale.text.endswith(", $13,990,000")


def test_the_campaigns_page_names_no_buyer_to_who_may_not_see_people(allow, sold, campaign):
    url = reverse("admin:campaigns_campaign_outcome", args=[campaign.pk])

    page = allow("view_campaign").get(url)

    assert (page.context["sales"].count, page.context["sales"].latest) == (1, [])
    assertNotContains(page, sold.contact.name)


def test_the_persons_page_tells_the_sale_the_campaign_and_the_template(superuser, sold, campaign):
    [period] = timeline(sold.contact, superuser, kind="outcomes").periods

    [entry] = period.entries
    assert f'?talk={sold.pk}"' in entry.sentence
    assert "$13,990,000" in entry.sentence
    [detail] = entry.details
    assert (campaign_page(campaign) in detail, campaign.template.name in detail) == (True, True)
    assert entry.tone == "good"


def test_outcomes_are_for_who_may_see_conversations(staff, sold):
    reader = permit_only(staff, "view_contact")

    assert timeline(sold.contact, reader, kind="outcomes").periods == []
