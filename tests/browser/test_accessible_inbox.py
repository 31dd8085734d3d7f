"""The inbox is for people who do not see it, too: an open conversation and its menus."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessible import violations, with_axe
from tests.browser.talks import make_talks
from tests.browser.test_template import upload
from tests.installation import Installation

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WIDTHS = {"desk": 1280, "phone": 390}
TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def talks(site: Installation) -> dict[str, int]:
    return make_talks(site)


def address(site: Installation, talk: int) -> str:
    return f"{site.url}/admin/inbox/?view=all&talk={talk}"


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS.keys())
def test_axe_finds_nothing_in_what_a_conversation_shows(
    page: Page, site: Installation, talks: dict[str, int], width: int
):
    with_axe(page.context)
    page.set_viewport_size({"width": width, "height": 800})
    found = {}

    for name, talk in talks.items():
        page.goto(address(site, talk))
        page.wait_for_load_state("networkidle")
        found[name] = violations(page)
        if page.evaluate(TOO_WIDE):
            found[name].append("wider than the window")

    assert {name: these for name, these in found.items() if these} == {}


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS.keys())
def test_axe_finds_nothing_in_what_opens(
    page: Page, site: Installation, talks: dict[str, int], width: int
):
    """Each menu of the page, open by itself."""
    with_axe(page.context)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(address(site, talks["full"]))
    menus = page.locator("#inbox details > summary")
    found, opened = [], 0

    for number in range(menus.count()):
        if not menus.nth(number).is_visible():
            continue
        menus.nth(number).click()
        opened += 1
        found += violations(page)
        if page.evaluate(TOO_WIDE):
            found.append(f"wider than the window: {menus.nth(number).inner_text()}")
        page.keyboard.press("Escape")

    assert found == []
    assert opened >= 4


def test_axe_finds_nothing_in_the_list_of_quick_answers(
    page: Page, site: Installation, talks: dict[str, int]
):
    with_axe(page.context)
    page.goto(address(site, talks["full"]))

    page.locator("#reply").press_sequentially("/")
    expect(page.locator("#canned-list")).to_be_visible()
    page.keyboard.press("ArrowDown")
    chosen = page.locator("#canned-list [aria-selected=true]")
    expect(chosen).to_have_id("canned-1")
    expect(page.locator("#reply")).to_have_attribute("aria-activedescendant", "canned-1")

    assert violations(page) == []


def test_only_a_sale_asks_for_an_amount(page: Page, site: Installation, talks: dict[str, int]):
    page.goto(address(site, talks["full"]))
    amount = page.locator("[name=amount]")

    page.click("#talk-head [data-key=e]")
    expect(page.locator("#outcome")).to_be_visible()
    expect(amount).to_be_hidden()
    page.select_option("#outcome", page.locator("#outcome [data-sale]").get_attribute("value"))

    expect(amount).to_be_visible()


def test_each_state_of_a_person_is_said_above_the_conversation(
    page: Page, site: Installation, talks: dict[str, int]
):
    page.goto(address(site, talks["out"]))
    expect(page.locator("#bands .note-bad")).to_contain_text("Se dio de baja")

    page.goto(address(site, talks["held"]))
    expect(page.locator("#bands .note-warn")).to_contain_text("ya no quiero mas esto")

    page.goto(address(site, talks["shut"]))
    offer = page.locator(".offer-list li", has_text="visita")
    expect(offer.locator("button")).to_be_enabled()


def test_axe_finds_nothing_where_the_file_of_a_header_is_chosen(page: Page, site: Installation):
    with_axe(page.context)
    page.goto(f"{site.url}/admin/messaging/template/add/")
    page.locator("[name=header_type][value=image]").check(force=True)

    without = violations(page)
    upload(page)

    assert without == []
    assert violations(page) == []
