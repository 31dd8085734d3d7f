"""Every page is for people who do not see it, too, and for those who use no mouse."""

from collections.abc import Sequence

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser import people, walk
from tests.browser.accessible import THEMES, reached_by_tab, violations, wanted_by_tab, with_axe
from tests.installation import Installation

pytestmark = [pytest.mark.browser, pytest.mark.slow]


# So that two processes may share the longest walk.
PARTS = 2


# The colours are the same in both languages, so they are looked at in one of them.
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize(("language", "themes"), [("es-CL", THEMES), ("en-GB", ())])
def test_axe_finds_nothing_on_any_page(
    page: Page, site: Installation, rows: walk.Rows, language: str, themes: Sequence[str], part: int
):
    with_axe(page.context)
    found = {}

    for url in [*walk.addresses(site, rows), f"{site.url}/admin/nowhere/"][part::PARTS]:
        answer = page.goto(url)
        if answer and "<html" in answer.text():  # no part of a page, and no data
            found[url.removeprefix(site.url)] = violations(page, themes)

    assert {url: these for url, these in found.items() if these} == {}
    assert len(found) > 100 / PARTS


@pytest.mark.parametrize("language", ["es-CL", "en-GB"])
def test_axe_finds_nothing_before_the_log_in(
    context: BrowserContext, site: Installation, rows: walk.Rows, language: str
):
    page = with_axe(context).new_page()
    found = {}

    for url in walk.addresses_of_strangers(site, rows):
        page.goto(url)
        found[url.removeprefix(site.url)] = violations(page)

    assert {url: these for url, these in found.items() if these} == {}
    assert len(found) > 5


def test_axe_finds_nothing_on_a_newcomer_s_way_in(
    page: Page, context: BrowserContext, site: Installation
):
    """Each page with its refusal: passwords that differ, a wrong name, a wrong code."""
    link = people.invite(page, site, "lector@example.com", "Lector")
    new = people.another(context, [], "")
    with_axe(new.context)
    found: dict[str, list[str]] = {}

    def look(name: str) -> None:
        new.wait_for_load_state("networkidle")
        found[name] = violations(new)

    new.goto(link)
    new.fill("[name=first_name]", "Ana")
    new.fill("[name=new_password1]", people.PASSWORD)
    new.fill("[name=new_password2]", "otra frase distinta")
    new.click("#login-form [type=submit]")
    look("invitation")
    people.choose_password(new, link)
    look("invitation accepted")
    people.enter(new, site, "nadie")
    look("log-in refused")
    people.enter(new, site, "lector@example.com")
    new.goto(f"{site.url}/accounts/2fa/totp/activate/")
    new.fill("[name=code]", "000000")
    new.click("#content form [type=submit]")
    look("app refused")
    new.goto(f"{site.url}/accounts/2fa/")
    people.set_up_app(new)
    look("recovery codes")
    new.goto(f"{site.url}/accounts/2fa/")
    look("second factor")
    people.log_out(new)
    people.enter(new, site, "lector@example.com")
    new.fill("[name=code]", "000000")
    new.click("#content form [type=submit] >> nth=0")
    look("code refused")

    assert {name: these for name, these in found.items() if these} == {}


# Pages of each kind: a list with filters, a form, a page of many controls, one's own account.
KINDS = [
    "/admin/",
    "/admin/contacts/contact/",
    "/admin/contacts/contact/add/",
    "/admin/campaigns/campaign/add/",
    "/admin/audit/event/",
    "/accounts/2fa/",
    "/accounts/sessions/",
]


@pytest.mark.parametrize("path", KINDS)
def test_keyboard_reaches_every_control_and_shows_where_it_is(
    page: Page, site: Installation, path: str
):
    page.goto(f"{site.url}{path}")

    wanted = wanted_by_tab(page)
    reached, unseen = reached_by_tab(page)

    assert sorted(wanted - reached) == []
    assert unseen == []


@pytest.mark.parametrize("path", ["/admin/contacts/contact/", "/accounts/sessions/"])
def test_first_stop_of_the_keyboard_leads_to_the_content(page: Page, site: Installation, path: str):
    page.goto(f"{site.url}{path}")

    page.keyboard.press("Tab")
    first = page.locator(":focus")
    text, seen = first.inner_text(), first.bounding_box()
    page.keyboard.press("Enter")

    assert text == "Ir al contenido"
    assert seen
    assert seen["y"] >= 0
    assert page.evaluate("document.activeElement.id") == "content-start"
