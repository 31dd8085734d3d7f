"""Every page that the admin's index leads to opens, in both languages, without an error."""

import pytest
from playwright.sync_api import Page

from tests.installation import Installation

APPS = ("contacts", "optouts", "messaging", "campaigns")


def app_of(link: str) -> str:
    """The app of an admin page: `contacts` for `http://host/admin/contacts/tag/`."""
    return link.split("/")[4]


@pytest.fixture(params=["es-CL", "en-GB"])
def language(request) -> str:
    return request.param


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
