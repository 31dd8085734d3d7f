"""The command itself; its kinds of work have tests of their own."""

import io
import os
import shutil
from contextlib import contextmanager, nullcontext

import pytest
from django.core.management import CommandError, call_command

from waproject.lab.bench.kinds import KINDS, kind_named
from waproject.lab.bench.lines import Line
from waproject.lab.bench.measuring import Bench
from waproject.lab.management.commands import bench


@pytest.fixture
def lines(monkeypatch) -> list[Line]:
    """The lines that the only kind of work returns, on the only kind of database."""
    found: list[Line] = []

    @contextmanager
    def nowhere():
        yield "sqlite:///nowhere"

    monkeypatch.setattr(
        bench, "kinds_of_database", lambda server, say, policies: [("SQLite", nowhere)]
    )
    monkeypatch.setattr(bench, "KINDS", ["quick"])
    monkeypatch.setattr(bench, "kind_named", {"quick": lambda given: found}.get)
    return found


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_is_a_function(name):
    assert callable(kind_named(name))


def run_bench(*arguments: str) -> str:
    out = io.StringIO()
    call_command("bench", "--only", "quick", *arguments, stdout=out)
    return out.getvalue()


def test_bench_prints_a_line_for_each_ratio(lines):
    lines.append(Line("the work", "9/s : 10/s", 0.9, 0.85))

    assert "│ the work │ 9/s : 10/s │  0.90 │ ≥ 0.85 │   yes │" in run_bench()


@pytest.mark.parametrize(
    "line",
    [
        Line("the work", "", 0.8, 0.85),
        Line("the work", "", 0.9, 0.85, flaw="Not everything was sent and logged."),
        Line("the work", "", 1.2, 1.15, at_most=True),
    ],
)
def test_bench_fails_when_a_line_does_not_hold(lines, line):
    lines.extend([Line("other work", "", 1.0, 0.85), line])

    with pytest.raises(CommandError) as failure:
        run_bench()

    assert str(failure.value) == "It does not hold:\n- SQLite: the work"


def test_bench_leaves_out_the_other_database(lines):
    lines.append(Line("the work", "", 0.8, 0.85))

    assert run_bench("--database", "PostgreSQL") == ""


def test_bench_refuses_a_kind_of_work_that_does_not_exist():
    with pytest.raises(CommandError, match="There is no kind of work called “lunch”"):
        call_command("bench", "--only", "engine,lunch")


@pytest.mark.parametrize("line", [Line("", "", 1, 1), Line("", "", 1, 1, at_most=True)])
def test_a_line_holds_at_its_limit(line):
    assert line.holds


def surroundings(word: str) -> list:
    """What a measurement sees of its process."""
    return [word, os.getpid(), os.environ["DATABASE_URL"], os.environ["TWILIO_API_BASE_URL"]]


@pytest.mark.process
@pytest.mark.slow
def test_apart_calls_a_function_in_a_process_that_no_provider_hears(
    migrated, tmp_path, monkeypatch
):
    monkeypatch.setenv("TWILIO_API_BASE_URL", "https://api.twilio.com")
    url = f"sqlite:///{shutil.copy(migrated, tmp_path / 'db.sqlite3')}"

    word, pid, database, provider = Bench(nullcontext, rounds=1).apart(
        surroundings, url, word="hola"
    )

    assert pid != os.getpid()
    assert (word, database, provider) == ("hola", url, "http://127.0.0.1:9")
