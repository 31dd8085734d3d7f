"""What staff see, in a real browser: a first day's work, and every page in both languages.

One file, so that its tests follow each other on one worker and share an installation.
"""

import re
import time

import pytest
from django.conf import settings
from playwright.sync_api import Locator, Page, expect

from tests.installation import Installation

pytestmark = pytest.mark.browser

APPS = ("contacts", "optouts", "messaging", "campaigns")
SAMPLE = settings.BASE_DIR / "samples" / "contactos.csv"
SENDING_SECONDS = 30


def numbers(labels: Locator) -> list[int]:
    """The numbers that a page shows, thousands' points taken out."""
    return [int(re.sub(r"\D", "", text)) for text in labels.all_inner_texts()]


def import_sample(page: Page, site: Installation) -> list[int]:
    """Import the sample; returns what became of its rows, as the page of the import tells."""
    page.goto(f"{site.url}/admin/contacts/contact/import/")
    page.set_input_files("[name=import_file]", SAMPLE)
    page.click("#content [type=submit]")
    page.click("[name=confirm]")
    page.wait_for_url(re.compile(r"/importjob/\d+/change/"))
    return numbers(page.locator("#import-progress .card-number"))


def add_sender(page: Page, site: Installation) -> None:
    page.goto(f"{site.url}/admin/messaging/sender/add/")
    page.fill("[name=name]", "Automotora")
    page.select_option("[name=channel]", "whatsapp")
    page.fill("[name=address]", "+56226180000")
    page.click("[name=_save]")


def add_template(page: Page, site: Installation) -> None:
    page.goto(f"{site.url}/admin/messaging/template/add/")
    page.fill("[name=name]", "oferta_toyota")
    page.select_option("[name=status]", "approved")
    page.fill("[name=content_sid]", f"HX{'a' * 32}")
    page.fill("[name=body]", "Hola {{nombre}}, ¿aún tienes tu {{modelo}}? Responde INFO.")
    page.click("[name=_save]")


def prepare_campaign(page: Page, site: Installation) -> int:
    """Describe a campaign to Toyota owners; returns how many people its preflight promises."""
    page.goto(f"{site.url}/admin/campaigns/campaign/add/")
    page.fill("[name=name]", "Toyota desde 2015")
    page.select_option("[name=sender]", index=1)
    page.select_option("[name=template]", index=1)
    page.fill("[name=make]", "toyota")
    page.fill("[name=year_from]", "2015")
    page.click("[name=_preflight]")
    return numbers(page.locator(".card-number").first)[0]


def launch(page: Page) -> None:
    if page.locator("[name=accept_warnings]").count():
        page.check("[name=accept_warnings]")
    page.click("button[value=now]")


def funnel_when_delivered(page: Page) -> list[int]:
    """The funnel's numbers once everything sent is delivered, or after the time for it."""
    deadline = time.monotonic() + SENDING_SECONDS
    while True:
        funnel = numbers(page.locator(".funnel-number"))
        if funnel[1] == funnel[2] or time.monotonic() > deadline:
            return funnel
        page.reload()


def test_from_the_sample_to_the_funnel(page: Page, site: Installation, troubles: list[str]):
    outcomes = import_sample(page, site)
    add_sender(page, site)
    add_template(page, site)
    expected = prepare_campaign(page, site)
    launch(page)

    expect(page.locator(".state-completed")).to_be_visible(timeout=SENDING_SECONDS * 1000)
    funnel = funnel_when_delivered(page)
    recipients, sent, delivered = funnel[:3]
    page.locator(".funnel-number a").nth(1).click()

    assert sum(outcomes) == 500
    assert recipients >= sent == expected > 120
    assert delivered == sent
    assert funnel == sorted(funnel, reverse=True)
    assert re.findall(r"\d+", page.locator(".paginator").inner_text())[-1] == str(sent)
    assert troubles == []


def app_of(link: str) -> str:
    """The app of an admin page: `contacts` for `http://host/admin/contacts/tag/`."""
    return link.split("/")[4]


@pytest.mark.slow
@pytest.mark.parametrize("language", ["es-CL", "en-GB"])
def test_every_list_and_form_of_the_index_opens(
    page: Page, site: Installation, language: str, troubles: list[str]
):
    links = page.eval_on_selector_all("#content-main a[href]", "all => all.map(a => a.href)")
    wanted = sorted(
        {link for link in links if link.split("/")[4] in {*APPS, "reports", "django_q"}}
    )

    for link in wanted:
        page.goto(link)
        assert page.locator("html").get_attribute("lang") == language[:2]

    assert troubles == []
    assert {app_of(link) for link in wanted} >= set(APPS)
