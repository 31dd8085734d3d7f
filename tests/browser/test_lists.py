"""The lists in a real browser: no column is cut, rows are cards on a phone, filters are kept."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser import walk
from tests.installation import Installation
from tests.waproject.access_table import MODELS

pytestmark = [pytest.mark.browser, pytest.mark.slow]

DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
LISTS = [f"/admin/{label.replace('.', '/')}/" for label in MODELS]

# By how many pixels the table is wider than its place, and the page than the screen.
CUT = """
() => {
  const table = document.querySelector(".results");
  const page = document.documentElement.scrollWidth - innerWidth;
  return Math.max(page, table ? table.scrollWidth - table.clientWidth : 0);
}
"""


def test_no_list_has_a_cut_column(page: Page, site: Installation, rows: walk.Rows):
    cut = {}
    for url in LISTS:
        page.goto(f"{site.url}{url}")
        for screen in (DESK, PHONE):
            page.set_viewport_size(screen)
            if (pixels := page.evaluate(CUT)) > 0:
                cut[url, screen["width"]] = pixels

    assert cut == {}


def test_filters_are_saved_and_removed_by_keyboard(
    page: Page, site: Installation, rows: walk.Rows, troubles: list[str]
):
    page.goto(f"{site.url}/admin/contacts/contact/?make=Toyota")
    page.focus(".saved-filters summary")
    page.keyboard.press("Enter")
    page.focus("#saved-filter-name")
    page.keyboard.type("Toyotas")
    page.keyboard.press("Enter")

    expect(page.locator(".saved-filters summary")).to_have_text("Toyotas")
    page.focus(".pill-off")
    page.keyboard.press("Enter")

    expect(page.locator(".pill-off")).to_have_count(0)
    expect(page.locator(".saved-filters summary")).to_have_text("Mis filtros")
    assert troubles == []


def test_filtered_list_becomes_a_draft(
    page: Page, site: Installation, rows: walk.Rows, troubles: list[str]
):
    page.goto(f"{site.url}/admin/contacts/contact/?make=Toyota")
    page.click(".offer button")

    expect(page.locator(".messagelist")).to_contain_text("Se creó un borrador")
    assert troubles == []
