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
from playwright.sync_api import BrowserContext, Page, sync_playwright

from tests.installation import Installation, running_installation

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


@pytest.fixture(scope="session")
def site(chromium: str, migrated: Path, tmp_path_factory) -> Iterator[Installation]:
    """A new installation on the kind of database that the suite runs on."""
    folder = tmp_path_factory.mktemp("site")
    shutil.copy(migrated, folder / "db.sqlite3")
    with _database_url() as database_url, running_installation(folder, database_url) as running:
        yield running


@contextmanager
def _database_url() -> Iterator[str]:
    """A database of its own on the suite's PostgreSQL server; "" on SQLite."""
    if connections["default"].vendor != "postgresql":
        yield ""
        return
    suite = urlsplit(os.environ["DATABASE_URL"])
    server, name = suite._replace(path="/postgres").geturl(), "waproject_browser"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name}")
        yield suite._replace(path=f"/{name}").geturl()
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def troubles() -> list[str]:
    """The errors of the pages seen so far, of the server and of scripts."""
    return []


@pytest.fixture
def page(context: BrowserContext, site: Installation, troubles: list[str]) -> Page:
    """A page that is logged in as the installation's first user."""
    page = context.new_page()
    page.set_default_timeout(15_000)
    page.on("pageerror", lambda error: troubles.append(f"{page.url}: {error}"))
    page.on(
        "console",
        lambda message: message.type == "error" and troubles.append(f"{page.url}: {message.text}"),
    )
    page.on(
        "response",
        lambda answer: answer.status >= 400 and troubles.append(f"{answer.url}: {answer.status}"),
    )
    page.goto(f"{site.url}/admin/")
    page.fill("#id_username", "admin")
    page.fill("#id_password", site.password)
    page.click("[type=submit]")
    page.wait_for_url(f"{site.url}/admin/")
    return page
