"""The layers of the suite, so that each runs alone: `make test ARGS="-m unit"`.

    unit     no database and no process: milliseconds
    db       the suite's own database; an import may start the process that reads its file
    process  further processes: workers, servers, proxies, an installation of its own
    browser  Chromium

A test is of the layer that its fixtures ask for, unless a mark says `process`. pytest-django fails
a test that uses the database and has not asked for it; `no_stray_processes` fails a unit test that
starts a process.
"""

import subprocess
from collections.abc import Generator

import pytest
from django.db import connection

LAYERS = ("browser", "process", "db", "unit")
DATABASE = {"db", "transactional_db", "live_server", "django_db_setup"}
# What starts a process, or makes a database for one.
PROCESSES = {"migrated"}
BROWSER = {"chromium"}
# Files of tests that take a minute and more each, the longest first.
LONGEST = (
    "lab/bench/test_pages.py",
    "browser/test_accessible.py",
    "waproject/test_access.py",
    "waproject/test_words.py",
    "browser/test_site.py",
)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Generator[None, None, None]:
    """Mark each test with its layer, before `-m` chooses among them.

    Tests of another kind of database are left out: a skipped test is a gap in CI. The longest tests
    come first, after all others were shuffled: no process is to begin one when the rest has ended.
    """
    items[:] = [item for item in items if _is_of(connection.vendor, item)]
    for item in items:
        if not any(item.get_closest_marker(layer) for layer in LAYERS):
            item.add_marker(layer_of(item))
    yield
    items.sort(key=_place)


def _place(item: pytest.Item) -> int:
    """The place of a slow test's file among the longest; that of all others is after them."""
    if item.get_closest_marker("slow"):
        for place, name in enumerate(LONGEST):
            if item.path.as_posix().endswith(name):
                return place
    return len(LONGEST)


def _is_of(vendor: str, item: pytest.Item) -> bool:
    """Whether a test runs on this database: `only_on` may name one, and the flush must refill it.

    A test with real transactions empties all tables; without `serialized_rollback` the next ones
    would find no business.
    """
    only_on, database = item.get_closest_marker("only_on"), item.get_closest_marker("django_db")
    if database and database.kwargs.get("transaction"):
        assert database.kwargs.get("serialized_rollback"), (
            f"{item.nodeid}: serialized_rollback=True"
        )
    return only_on is None or only_on.args == (vendor,)


def layer_of(item: pytest.Item) -> str:
    """The layer that the fixtures of a test ask for, those of its fixtures included."""
    asked = {*getattr(item, "fixturenames", ())}
    if asked & BROWSER:
        return "browser"
    if asked & PROCESSES:
        return "process"
    return "db" if asked & DATABASE or item.get_closest_marker("django_db") else "unit"


@pytest.fixture(autouse=True)
def no_stray_processes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A unit test that starts a process fails: mark it `process`."""
    if request.node.get_closest_marker("unit"):
        monkeypatch.setattr(subprocess, "Popen", _refuse)


def _refuse(*_arguments: object, **_options: object) -> None:
    pytest.fail("This test starts a process: mark it with pytest.mark.process.")
