"""A customer's conversation from the first word to the sale, and on paper."""

import io

import pytest
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader
from pytest_django.asserts import assertContains

from campaigns.models import Campaign, Recipient
from messaging.archives.models import ConversationArchive
from messaging.delivery import jobs
from messaging.inbox.models import Outcome
from messaging.models import Conversation, Delivery
from tests.messaging.inbox.conftest import act
from tests.sending import accept, recipients
from waproject.core.jobs.models import Job
from waproject.core.jobs.operations import run

SAID = ("Me interesa, ¿cuánto sale?", "Desde 13 millones.", "Trato hecho 🤝")


@pytest.fixture
def talk(campaign, contact, write, boss) -> Conversation:
    """A person who was sent a campaign asks, is answered, and agrees."""
    Campaign.objects.update(status="active", total_recipients=1)
    [recipient] = recipients(campaign, [contact])
    accept((recipient, f"SM{'4' * 32}"))
    write(SAID[0], 11, OriginalRepliedMessageSid=f"SM{'4' * 32}")
    talk = Conversation.objects.get()
    act(boss, "answer", talk, text=SAID[1], answer_token="x")
    write(SAID[2], 12)
    return talk


def test_a_sale_is_found_in_its_campaign(talk, campaign, boss):
    sold = Outcome.objects.get(code="sold")

    act(boss, "close", talk, outcome=sold.pk, amount="12990000")

    page = boss.get(reverse("admin:campaigns_campaign_outcome", args=[campaign.pk]))
    assertContains(page, "1 conversation was resolved as a sale")
    assertContains(page, "12,990,000")
    assert Recipient.objects.get().status == "closed"
    talk.refresh_from_db()
    assert talk.status == "resolved"


def test_a_conversation_on_paper_holds_what_was_said(talk, boss, simulator, private_files):
    Delivery.objects.update(due_at=timezone.now())
    jobs.send_from(talk.sender_id)

    boss.post(
        reverse("admin:archives_conversationarchive_make", args=[talk.contact_id]),
        {"format": "pdf"},
    )
    run(Job.objects.latest("pk").pk)

    archive = ConversationArchive.objects.get()
    url = reverse("admin:archives_conversationarchive_open", args=[archive.archive_id])
    content = b"".join(boss.get(url).streaming_content)
    words = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    assert [said for said in ("¿cuánto sale?", SAID[1], "Trato hecho") if said not in words] == []
