"""The first page, in a real browser: it draws its bars, and renews itself."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser import walk
from tests.installation import Installation

pytestmark = [pytest.mark.browser, pytest.mark.slow]

RENEW = "(part) => htmx.trigger(part, 'renew')"


def test_bars_are_drawn_in_the_colours_of_the_theme(
    page: Page, site: Installation, rows: walk.Rows, troubles: list[str]
):
    colours = []
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        page.goto(f"{site.url}/admin/")
        colours += page.eval_on_selector_all(
            ".chart g:last-of-type rect:not(.hit)",
            "all => all.map(one => getComputedStyle(one).fill)",
        )

    assert (len(set(colours)), troubles) == (4, [])


def test_the_page_renews_itself_and_says_when_it_cannot(page: Page, site: Installation):
    part = page.locator("[data-renewed]")
    with page.expect_response(f"{site.url}/admin/") as answer:
        part.evaluate(RENEW)
    assert "<html" not in answer.value.text()

    page.context.set_offline(True)
    expect(page.locator("[data-when-stale]")).to_be_hidden()
    for _time in range(2):
        with page.expect_event("requestfailed"):
            part.evaluate(RENEW)

    expect(page.locator("[data-when-stale]")).to_be_visible()
