"""A browser that takes pictures of pages."""

import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from waproject.lab.screenshots.pictures import Picture

if TYPE_CHECKING:
    from playwright.sync_api import Page

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
WIDTH = 1280


class NoCamera(Exception):
    """There is no browser here, or nothing to drive it with; the text says what to install."""


def find_browser() -> str:
    """The path of the system's Chromium; raises NoCamera."""
    if find_spec("playwright") is None:
        raise NoCamera(_("Playwright is missing. “make screenshots” installs it."))
    for path in filter(None, map(shutil.which, BROWSERS)):
        return path
    raise NoCamera(
        _("No Chromium was found: none of %(names)s. Install one.") % {"names": ", ".join(BROWSERS)}
    )


def take(pictures: Iterable[Picture], site: str, password: str, folder: Path) -> Iterator[Path]:
    """Take the pictures as the user `admin` sees the pages; yield each file."""
    with _browser() as page:
        _log_in(page, site, password)
        for picture in pictures:
            page.set_viewport_size({"width": WIDTH, "height": picture.height})
            page.goto(site + picture.address)
            page.wait_for_load_state("networkidle")
            file = folder / f"{picture.name}.png"
            file.write_bytes(page.screenshot(animations="disabled"))
            yield file


@contextmanager
def _browser() -> "Iterator[Page]":
    """A page of a fresh profile, in Spanish and light, whatever the machine prefers."""
    from playwright.sync_api import sync_playwright  # a requirement of development alone

    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=find_browser(),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        context = browser.new_context(locale="es-CL", color_scheme="light", reduced_motion="reduce")
        yield context.new_page()
        browser.close()


def _log_in(page: "Page", site: str, password: str) -> None:
    page.goto(f"{site}/admin/")
    page.fill("[name=login]", "admin")
    page.fill("[name=password]", password)
    page.press("[name=password]", "Enter")
    page.wait_for_url(f"{site}/admin/")
