"""What staff see, in a real browser: a first day's work, and every page in both languages.

One file, so that its tests follow each other on one worker and share an installation.
"""

import re
import time
from dataclasses import replace

import pytest
from django.conf import settings
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser import people, walk
from tests.browser.conftest import TELL_VIOLATIONS
from tests.installation import Installation
from tests.waproject import access

pytestmark = [pytest.mark.browser, pytest.mark.slow]

APPS = ("contacts", "optouts", "messaging", "campaigns")
SAMPLE = settings.BASE_DIR / "samples" / "contactos.csv"
SENDING_SECONDS = 30
# What a page may bring at the first visit, not compressed: itself, styles, scripts and icons.
HEAVIEST = 300_000
WEIGHT = """
["navigation", "resource"].flatMap((kind) => performance.getEntriesByType(kind))
  .reduce((sum, one) => sum + one.decodedBodySize, 0)
"""


def numbers(labels: Locator) -> list[int]:
    """The numbers that a page shows, thousands' points taken out; waits for the first of them."""
    labels.first.wait_for()
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
    page.wait_for_url(re.compile(r"/messaging/sender/$"))


def add_template(page: Page, site: Installation) -> None:
    page.goto(f"{site.url}/admin/messaging/template/add/")
    page.fill("[name=name]", "oferta_toyota")
    page.fill("[name=body]", "Hola {{nombre}}, ¿aún tienes tu {{modelo}}? Responde INFO.")
    page.click("[name=_submit]")
    page.wait_for_url(re.compile(r"/template/\d+/life/"))
    standing = page.locator("#template-life .chip").first
    expect(standing).to_have_text(re.compile("aprobada", re.IGNORECASE), timeout=60_000)


def choose(page: Page, field: str, text: str) -> None:
    """Choose the one option of a field that has this text."""
    option = page.locator(f"[name={field}] option", has_text=text)
    page.select_option(f"[name={field}]", option.get_attribute("value"))


def prepare_campaign(page: Page, site: Installation) -> int:
    """Make a campaign to Toyota owners in its steps; returns how many people it will reach."""
    page.goto(f"{site.url}/admin/campaigns/campaign/add/")
    choose(page, "sender", "Automotora")
    page.fill("[name=make]", "toyota")
    page.fill("[name=year_from]", "2015")
    page.click("[name=_next]")
    page.locator("label", has_text="oferta_toyota").click()
    expect(page.locator(".bubble-text")).to_contain_text("¿aún tienes tu")
    page.click("[name=_next]")
    expect(page.locator("[name=start][value=now]")).to_be_checked()
    page.click("[name=_next]")
    page.wait_for_url(re.compile("/preflight/$"))
    return numbers(page.locator(".people-number").first)[0]


def launch(page: Page) -> None:
    if page.locator("[name=accept_warnings]").count():
        page.check("[name=accept_warnings]")
    page.click("button[value=now]")
    if page.locator("[name=confirmed]").count():  # it is night
        page.click("button[value=now]")


def funnel_when_delivered(page: Page) -> list[int]:
    """The funnel's numbers once everything sent is delivered, or after the time for it."""
    deadline = time.monotonic() + SENDING_SECONDS
    while True:
        funnel = numbers(page.locator(".funnel-number"))
        if funnel[0] == funnel[1] or time.monotonic() > deadline:
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
    sent, delivered = funnel[:2]
    page.locator(".funnel-stage").first.click()

    assert sum(outcomes) == 500
    assert sent == expected > 120
    assert delivered == sent
    assert funnel == sorted(funnel, reverse=True)
    assert re.findall(r"\d+", page.locator(".paginator > span").first.inner_text())[-1] == str(sent)
    assert troubles == []


def test_newcomer_from_the_invitation_to_what_they_may_not_do(
    page: Page, context: BrowserContext, site: Installation, troubles: list[str]
):
    email = "ana@example.com"
    link = people.invite(page, site, email, "Agente")
    new = people.another(context, troubles, TELL_VIOLATIONS)
    people.choose_password(new, link)
    people.enter(new, site, email)
    key = people.set_up_app(new)
    new.goto(f"{site.url}/admin/")
    people.log_out(new)

    people.enter(new, site, email)
    asked = new.url
    new.fill("[name=code]", people.code_of(key))
    new.click("#content form [type=submit] >> nth=0")
    new.wait_for_url(f"{site.url}/admin/")
    refused = new.goto(f"{site.url}/admin/accounts/user/")

    assert asked.endswith("/2fa/authenticate/")
    assert refused
    assert refused.status == 403
    expect(new.locator("#content")).to_contain_text("Lo puede dar quien opera esta instalación")
    assert troubles == []


def test_forgotten_password_is_replaced_by_a_link(
    page: Page, context: BrowserContext, site: Installation, troubles: list[str]
):
    email, password = "olvido@example.com", "otra frase que recuerdo"
    link = people.invite(page, site, email, "Analista")
    new = people.another(context, troubles, TELL_VIOLATIONS)
    people.choose_password(new, link)

    people.replace_password(new, site, email, password)
    people.enter(new, site, email)
    still = new.url
    people.enter(new, site, email, password)
    new.wait_for_url(f"{site.url}/admin/")

    assert still.startswith(f"{site.url}/accounts/login/")
    assert troubles == []


def test_passkey_lets_in_by_itself(
    page: Page, context: BrowserContext, site: Installation, troubles: list[str]
):
    """A browser takes a passkey for a name, and not for an address of digits."""
    here = replace(site, url=site.url.replace("127.0.0.1", "localhost"))
    link = people.invite(page, site, "llave@example.com", "Analista")
    new = people.another(context, troubles, TELL_VIOLATIONS)
    people.add_passkeys(new)
    people.choose_password(new, link.replace("127.0.0.1", "localhost"))
    people.enter(new, here, "llave@example.com")
    new.goto(f"{here.url}/accounts/2fa/webauthn/add/")
    new.check("[name=passwordless]")
    new.click("#mfa_webauthn_add")
    new.wait_for_selector("#recovery_codes")
    new.goto(f"{here.url}/admin/")
    people.log_out(new)

    new.goto(f"{here.url}/accounts/login/")
    new.click("#passkey_login")
    new.wait_for_url(f"{here.url}/admin/")

    assert troubles == []


def test_every_page_keeps_policy_secrets_and_its_weight(
    page: Page, site: Installation, rows: walk.Rows, troubles: list[str]
):
    """Scripts and styles come from files of ours, also those of packages, and are few."""
    opened = walk.addresses(site, rows)
    secrets = [settings.SECRET_KEY, *settings.FIELD_ENCRYPTION_KEYS, access.TOKEN]
    too_heavy = {}

    for url in opened:
        answer = page.goto(url)
        assert answer
        assert "script-src 'self';" in answer.headers["content-security-policy"], url
        assert not any(secret in page.content() for secret in secrets), url
        if (weight := page.evaluate(WEIGHT)) > HEAVIEST:
            too_heavy[url] = weight

    assert (troubles, too_heavy) == ([], {})
    assert len(opened) > 100


def test_what_scripts_of_the_admin_do_is_permitted(
    page: Page, site: Installation, troubles: list[str]
):
    page.goto(f"{site.url}/admin/contacts/contact/add/")
    page.click(".add-row button >> nth=0")
    page.fill("#id_tags_search", "vip")
    expect(page.locator(".choose-box.open")).to_be_visible()
    page.goto(f"{site.url}/admin/campaigns/campaign/add/")
    with page.expect_response(re.compile("/campaign/count/$")):
        page.fill("[name=make]", "toyota")
    expect(page.locator(".people-number")).to_be_visible()
    page.goto(f"{site.url}/admin/accounts/user/1/change/")
    page.click(".nav-user summary")
    page.click(".theme-toggle")
    page.goto(f"{site.url}/admin/contacts/contact/export/")
    page.uncheck("#every-column")

    assert page.locator(".selectable-field-export-row input:checked").count() == 0
    assert troubles == []


def links_of(page: Page) -> list[str]:
    """Where the navigation and the tabs of a page lead."""
    return page.eval_on_selector_all(
        ".nav-list a, .tabs a", "all => all.map(a => a.href.split('?')[0])"
    )


def app_of(link: str) -> str:
    """The app of an admin page: `contacts` for `http://host/admin/contacts/tag/`."""
    return link.split("/")[4]


@pytest.mark.parametrize("language", ["es-CL", "en-GB"])
def test_every_place_of_the_navigation_opens(
    page: Page, site: Installation, language: str, troubles: list[str]
):
    wanted = {link for link in links_of(page) if app_of(link) in {*APPS, "reports", "django_q"}}
    for link in sorted(wanted):
        page.goto(link)
        wanted |= set(links_of(page))

    for link in sorted(wanted):
        page.goto(link)
        assert page.locator("html").get_attribute("lang") == language[:2]

    assert troubles == []
    assert {app_of(link) for link in wanted} >= set(APPS)
