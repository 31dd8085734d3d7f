"""What happens to a conversation while somebody has it open and writes in it."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.installation import Installation

pytestmark = [pytest.mark.browser, pytest.mark.slow]

IN_THE_BUSINESS = """
from datetime import timedelta
from django.utils import timezone
from contacts.models import Contact
from messaging.models import Conversation, Message
from tests.browser.senders import new_sender
from waproject.tenants.models import Tenant
from waproject.tenants.scope import in_tenant
with in_tenant(Tenant.objects.get().pk):
    now = timezone.now()
"""
MAKE = """
    sender = new_sender("Abierta")
    person = Contact.objects.create(phone="+56961230000", name="Rosa Soto")
    talk = Conversation.objects.create(
        sender=sender, contact=person, last_inbound_at=now, last_inbound_body="Hola",
        last_message_at=now, window_expires_at=now + timedelta(hours=20),
    )
    Message.objects.create(
        conversation=talk, contact=person, direction="inbound", status="received",
        phone=person.phone, body="Hola", message_sid="SMabierta", created_at=now,
    )
    print(talk.pk)
"""


def run(site: Installation, code: str) -> str:
    return site.manage(
        "shell", "--verbosity=0", "--command", f"{IN_THE_BUSINESS}    {code.strip()}"
    )


def test_what_is_written_outlives_the_window_and_the_page_does_not_outlive_the_conversation(
    page: Page, site: Installation, troubles: list[str]
):
    talk = run(site, MAKE).split()[-1]
    page.goto(f"{site.url}/admin/inbox/?view=all&talk={talk}")
    page.locator("#reply").press_sequentially("Le cuento que")

    run(site, f"Conversation.objects.filter(pk={talk}).update(window_expires_at=now)")
    expect(page.locator("#composer-place > form > .note-warn")).to_be_visible(timeout=8_000)
    expect(page.locator("#reply")).to_have_value("Le cuento que")
    expect(page.locator("#reply")).to_be_focused()

    run(site, f"Conversation.objects.filter(pk={talk}).delete()")
    expect(page).to_have_url(re.compile(r"/admin/inbox/\?view=all$"), timeout=8_000)
    expect(page.locator("body")).to_contain_text("La conversación ya no está")
    assert troubles == []
