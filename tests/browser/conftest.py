"""A real Chromium before a real installation, as `make run` starts it."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from django.db import connections
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, sync_playwright

from tests.browser import walk
from tests.installation import Installation, running_installation

# The console tells what the policy of a page keeps from running; this tells where it was.
TELL_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) => console.error(
  `${event.violatedDirective} refuses ${event.blockedURI} (${event.sourceFile}:${event.lineNumber})`
));
"""
NAMES = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the system's Chromium; without one the test is skipped, or fails in CI."""
    for path in filter(None, map(shutil.which, NAMES)):
        return path
    sentence = f"No Chromium here: none of {', '.join(NAMES)} is on the PATH."
    if os.environ.get("REQUIRE_BROWSER"):
        pytest.fail(sentence)
    pytest.skip(sentence)


@pytest.fixture
def language() -> str:
    """The language of the browser; a test may override it."""
    return "es-CL"


@pytest.fixture
def context(chromium: str, language: str) -> Iterator[BrowserContext]:
    """A fresh profile. The driver runs an event loop in this thread, which no other test may
    find there, so it lives for one test."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser.new_context(locale=language)
        browser.close()


@pytest.fixture(scope="module")
def site(chromium: str, migrated: Path, tmp_path_factory) -> Iterator[Installation]:
    """The installation of the tests of one file: those of another leave nothing in it."""
    folder = tmp_path_factory.mktemp("site")
    shutil.copy(migrated, folder / "db.sqlite3")
    # The first user has no second factor; an agent needs one.
    further = {"SECOND_FACTOR_ROLES": "agent", "EMAIL_URL": f"filemail:///{folder / 'mail'}"}
    with (
        _database_url() as database_url,
        running_installation(folder, database_url, **further) as running,
    ):
        yield running


@pytest.fixture(scope="module")
def rows(site: Installation) -> walk.Rows:
    """A row of each model, for its pages to show."""
    return walk.make_rows(site)


@contextmanager
def _database_url() -> Iterator[str]:
    """A database of its own on the suite's PostgreSQL server; "" on SQLite."""
    if connections["default"].vendor != "postgresql":
        yield ""
        return
    suite = urlsplit(os.environ["DATABASE_URL"])
    server = suite._replace(path="/postgres").geturl()
    name = f"waproject_browser_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name}")
        yield suite._replace(path=f"/{name}").geturl()
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def troubles() -> list[str]:
    """The errors of the pages seen so far, of the server and of scripts."""
    return []


# What htmx writes of a request that was given up because more was typed, or the page was left.
GIVEN_UP = ("htmx:afterRequest", "htmx:sendAbort")


def is_error(message: ConsoleMessage) -> bool:
    """A part of a page names no icon, and the browser asks for one where there is none."""
    asked = message.location["url"].rpartition("/")[2]
    is_harmless = asked == "favicon.ico" or message.text.startswith(GIVEN_UP)
    return message.type == "error" and not is_harmless


@pytest.fixture
def page(context: BrowserContext, site: Installation, troubles: list[str]) -> Page:
    """A page that is logged in as the installation's first user."""
    page = context.new_page()
    page.add_init_script(TELL_VIOLATIONS)
    page.set_default_timeout(15_000)
    page.on("pageerror", lambda error: troubles.append(f"{page.url}: {error}"))
    page.on(
        "console",
        lambda message: is_error(message) and troubles.append(f"{page.url}: {message.text}"),
    )
    page.on(
        "response",
        lambda answer: answer.status >= 400 and troubles.append(f"{answer.url}: {answer.status}"),
    )
    page.goto(f"{site.url}/admin/")
    page.fill("#id_login", "admin")
    page.fill("#id_password", site.password)
    page.click("[type=submit]")
    page.wait_for_url(f"{site.url}/admin/")
    return page
