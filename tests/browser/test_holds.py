"""Held messages are decided by keys, on the row that has the focus."""

import json

import pytest
from playwright.sync_api import Page, expect

from tests.installation import Installation

pytestmark = [pytest.mark.browser, pytest.mark.slow]

HOLD = """
import json
from contacts.models import Contact
from optouts.operations import hold
from waproject.tenants.models import Tenant
from waproject.tenants.scope import in_tenant
with in_tenant(Tenant.objects.get().pk):
    people = [Contact.objects.create(phone=f"+5691111111{number}") for number in range(3)]
    print(json.dumps([hold(one, "baja, soy Ana", phrase="baja").pk for one in people]))
"""
# Two people whose conversations each have a message that may be an opt-out.
HELD_TALKS = """
import json
from django.utils import timezone
from contacts.models import Contact
from messaging.models import Conversation
from optouts.operations import hold
from tests.browser.senders import new_sender
from waproject.tenants.models import Tenant
from waproject.tenants.scope import in_tenant
with in_tenant(Tenant.objects.get().pk):
    sender, now = new_sender("Retenidos"), timezone.now()
    people = [Contact.objects.create(phone=f"+5692222222{number}") for number in range(2)]
    for one in people:
        hold(one, "baja, soy Ana", phrase="baja")
    talks = [
        Conversation.objects.create(sender=sender, contact=one, last_message_at=now)
        for one in people
    ]
    print(json.dumps([talk.pk for talk in talks]))
"""
STATES = """
import json
from contacts.models import Contact
from waproject.tenants.models import Tenant
from waproject.tenants.scope import in_tenant
with in_tenant(Tenant.objects.get().pk):
    people = Contact.objects.filter(phone__startswith="{}").order_by("pk")
    print(json.dumps([one.status for one in people]))
"""


def shell(site: Installation, words: str) -> list[object]:
    found: list[object] = json.loads(site.manage("shell", "--verbosity=0", "--command", words))
    return found


def test_keys_decide_the_message_that_has_the_focus(
    page: Page, site: Installation, troubles: list[str]
):
    first, _second, _third = shell(site, HOLD)
    page.goto(f"{site.url}/admin/optouts/hold/?waiting=yes")
    buttons = page.locator("[data-decide]")
    expect(buttons).to_have_count(3)

    page.keyboard.press("s")  # nothing has the focus
    page.locator("input[type=search] >> nth=-1").press("s")  # somebody types
    page.locator("h1").click()
    page.keyboard.press("j")
    expect(page.locator("tr:focus [data-decide]")).to_have_count(1)
    page.keyboard.press("j")
    page.keyboard.press("s")  # the second in the list
    expect(buttons).to_have_count(2)
    expect(page.locator("tr:focus [data-decide]")).to_have_count(1)
    page.keyboard.press("n")
    expect(buttons).to_have_count(1)
    page.goto(f"{site.url}/admin/optouts/hold/{first}/change/")
    page.locator("textarea, [name=note]").first.press("s")
    expect(buttons).to_have_count(1)
    page.locator("h1").click()
    page.keyboard.press("s")
    page.wait_for_url("**/optouts/hold/#decide")

    assert shell(site, STATES.format("+5691111111")) == ["opted_out", "opted_out", "active"]
    assert troubles == []


def test_the_same_keys_decide_the_message_of_the_open_conversation(
    page: Page, site: Installation, troubles: list[str]
):
    first, second = shell(site, HELD_TALKS)

    for talk, key in ((first, "s"), (second, "n")):
        page.goto(f"{site.url}/admin/inbox/?view=all&talk={talk}")
        buttons = page.locator("#bands [name=decision]")
        expect(buttons).to_have_count(2)
        page.locator("#inbox-search").press(key)  # somebody types
        expect(buttons).to_have_count(2)
        page.keyboard.press("Escape")
        page.keyboard.press("?")
        expect(page.locator("#inbox-keys dl")).to_contain_text("s n")
        page.keyboard.press("?")
        page.keyboard.press(key)
        expect(buttons).to_have_count(0)

    assert shell(site, STATES.format("+5692222222")) == ["opted_out", "active"]
    assert troubles == []
