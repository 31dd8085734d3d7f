"""What a template asks each campaign for: chosen in its editor, and written with the campaign."""

import json
import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessible import violations, with_axe
from tests.installation import Installation

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MAKE = """
import json
from campaigns.models import Campaign
from contacts.models import Contact
from messaging.approvals.following import new_template
from tests.browser.senders import new_sender
from tests.browser.talks import in_use
from waproject.accounts.actors import SYSTEM
from waproject.tenants.models import Tenant
from waproject.tenants.scope import in_tenant
with in_tenant(Tenant.objects.get().pk):
    Contact.objects.create(phone="+56965550001", name="Ana Rojas")
    sender = new_sender("Feria")
    template = new_template(
        "feria", by=SYSTEM, status="approved", content_sid="HX" + "e" * 32,
        body="La feria es el {{dia}} en Talca.",
        variables={"dia": {"source": "campaign", "type": "datetime", "example": "12 de mayo"}},
    )
    in_use(template)
    campaign = Campaign.objects.create(name="Feria", sender=sender, template=template)
    print(json.dumps([template.pk, campaign.pk]))
"""


@pytest.fixture(scope="module")
def made(site: Installation) -> tuple[int, int]:
    """A template that asks for a day, and a campaign that has not said it yet."""
    template, campaign = json.loads(site.manage("shell", "--verbosity=0", "--command", MAKE))
    return template, campaign


def test_a_campaign_says_what_its_template_asks_for(
    page: Page, site: Installation, made: tuple[int, int], troubles: list[str]
):
    page.goto(f"{site.url}/admin/campaigns/campaign/{made[1]}/change/?step=what")
    preview, field = page.locator("#preview"), page.locator("[name=value-dia]")
    expect(preview).to_contain_text("La campaña todavía no dice: dia")

    # It cannot be left out, and has to be a day.
    field.fill("pronto")
    page.click("[name=_next]")
    expect(page.locator("#campaign-values .errorlist")).to_be_visible()

    # The phone shows it while it is typed.
    field.fill("sábado 12 de mayo")
    expect(preview.locator("mark", has_text="sábado 12 de mayo")).to_be_visible()
    expect(preview).not_to_contain_text("todavía no dice")
    page.click("[name=_next]")
    page.wait_for_url(re.compile("step=when"))
    assert troubles == []


def test_axe_finds_nothing_in_the_values_of_a_campaign(
    page: Page, site: Installation, made: tuple[int, int]
):
    with_axe(page.context)
    page.goto(f"{site.url}/admin/campaigns/campaign/{made[1]}/change/?step=what")

    page.fill("[name=value-dia]", "")
    page.click("[name=_next]")
    expect(page.locator("#campaign-values .errorlist")).to_be_visible()

    assert violations(page) == []


def test_the_editor_says_of_such_a_value_that_the_campaign_gives_it(
    page: Page, site: Installation, made: tuple[int, int]
):
    page.goto(f"{site.url}/admin/messaging/template/{made[0]}/change/")
    told = page.locator(".of-campaigns")

    expect(page.locator("[name=variable-dia-source]")).to_have_value("campaign")
    expect(told).to_be_visible()
    page.select_option("[name=variable-dia-source]", "contact.name")
    expect(told).to_be_hidden()
