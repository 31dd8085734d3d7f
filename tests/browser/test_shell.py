"""The shell of the pages, in a real browser: by keyboard, on a phone, and how much it weighs."""

import pytest
from playwright.sync_api import Locator, Page, ViewportSize, expect

from tests.installation import Installation

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PHONE = {"width": 390, "height": 844}
MOST_BYTES = 300_000
LISTS = ("contacts/contact", "messaging/conversation", "campaigns/campaign", "audit/event")


# Whether something else lies over the middle of what has the focus.
IS_COVERED = """
() => {
  const focused = document.activeElement;
  const { left, top, width, height } = focused.getBoundingClientRect();
  const above = document.elementFromPoint(left + width / 2, top + height / 2);
  return Boolean(above) && !focused.contains(above) && above.closest(".submit-row") !== null;
}
"""


def focused(page: Page) -> str:
    return page.evaluate("document.activeElement.name || document.activeElement.textContent")


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than the screen."""
    return page.evaluate("document.documentElement.scrollWidth - innerWidth")


def menu_of(page: Page) -> Locator:
    return page.locator(".nav-user .menu")


def test_slash_searches_everything(page: Page, site: Installation, troubles: list[str]):
    page.keyboard.press("/")
    assert focused(page) == "q"
    page.keyboard.type("nadie con este nombre")
    page.keyboard.press("Enter")

    expect(page.locator("#content [role=status]")).to_contain_text("nadie con este nombre")
    assert troubles == []


def test_slash_in_a_field_is_a_sign(page: Page, site: Installation):
    page.goto(f"{site.url}/admin/contacts/tag/add/")
    page.focus("[name=name]")
    page.keyboard.type("taller/norte")

    assert page.input_value("[name=name]") == "taller/norte"


def test_escape_closes_what_is_open_and_gives_the_focus_back(page: Page, site: Installation):
    page.focus(".nav-user summary")
    page.keyboard.press("Enter")
    expect(menu_of(page)).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")

    expect(menu_of(page)).to_be_hidden()
    assert page.evaluate("document.activeElement.matches('.nav-user summary')")


def test_the_first_tab_skips_the_navigation(page: Page, site: Installation):
    page.goto(f"{site.url}/admin/contacts/contact/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    assert page.evaluate("document.activeElement.id || location.hash") in (
        "content-start",
        "#content-start",
    )


@pytest.mark.parametrize("size", [{"width": 1280, "height": 720}, PHONE])
@pytest.mark.parametrize("address", ["messaging/template/add", "accounts/role/add"])
def test_the_focus_is_never_behind_the_buttons_at_the_foot(
    page: Page, site: Installation, address: str, size: ViewportSize
):
    page.set_viewport_size(size)
    page.goto(f"{site.url}/admin/{address}/")
    page.focus("#id_name")

    covered = []
    while not page.evaluate("document.activeElement.matches('.submit-row *')"):
        if page.evaluate(IS_COVERED):
            covered.append(focused(page))
        page.keyboard.press("Tab")

    assert covered == []


def test_a_phone_has_its_menu_and_nothing_beside_the_screen(
    page: Page, site: Installation, troubles: list[str]
):
    page.set_viewport_size(PHONE)
    for address in LISTS:
        page.goto(f"{site.url}/admin/{address}/")
        assert overflow(page) <= 0, address
    expect(page.locator("#nav-sidebar")).to_be_hidden()

    page.click(".tab-bar button")
    expect(page.locator("#nav-sidebar")).to_be_visible()
    page.keyboard.press("Escape")

    expect(page.locator("#nav-sidebar")).to_be_hidden()
    assert troubles == []


def test_a_page_weighs_little(page: Page, site: Installation):
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    weights: list[float] = []
    session.on("Network.loadingFinished", lambda event: weights.append(event["encodedDataLength"]))

    page.goto(f"{site.url}/admin/contacts/contact/", wait_until="networkidle")

    assert len(weights) > 10
    assert sum(weights) < MOST_BYTES


def test_actions_show_once_a_row_is_chosen(page: Page, site: Installation):
    page.goto(f"{site.url}/admin/accounts/user/")
    expect(page.locator(".actions")).to_be_hidden()
    page.check(".action-select >> nth=0")

    expect(page.locator(".actions")).to_be_visible()
