import io
import os
import subprocess
import sys

import pytest
from django.utils import translation

from contacts.imports.files import process
from contacts.imports.files.process import JOB, Limits, open_on_page, open_table
from contacts.imports.files.reading import read_table
from contacts.imports.files.records import Row, TableError

from .bombs import BY_RULE, END, IN_A_PROCESS, SHEET, workbook

pytestmark = pytest.mark.process

LOW = Limits(memory=80 * 2**20, processor=1, waiting=60)
LIST = "fono;nombre\n1;José\n\n2;Ana\n".encode()


def sentence_of(raw: bytes, limits: Limits) -> str:
    """Why the file gives no rows; empty when it gives some."""
    try:
        with open_table(io.BytesIO(raw), limits) as table:
            for _row in table.rows:
                pass
    except TableError as error:
        return str(error)
    return ""


def test_open_table_gives_what_the_file_holds():
    with open_table(io.BytesIO(LIST), counted=True) as table:
        rows = list(table.rows)

    assert (table.header, table.total) == (["fono", "nombre"], 2)
    assert rows == [Row(2, ["1", "José"]), Row(4, ["2", "Ana"])]


def test_open_table_gives_the_problems_of_rows():
    with open_table(io.BytesIO(LIST + b"3;Eva;x\n")) as table:
        problems = [row.problem for row in table.rows]

    assert (table.total, problems[:2]) == (None, ["", ""])
    assert problems[2].startswith("The row has 3 cells under 2 columns")


def test_open_table_speaks_the_language_of_the_person():
    with translation.override("es-cl"):
        assert sentence_of(b"", LOW) == translation.gettext("The file is empty.") != ""

    assert sentence_of(b"", LOW) == "The file is empty."


def test_open_table_leaves_a_file_of_the_disk_at_its_start(tmp_path):
    path = tmp_path / "lista.csv"
    path.write_bytes(LIST)

    with path.open("rb") as file:
        for _again in range(2):
            with open_table(file) as table:
                next(table.rows)

        assert file.read() == LIST


def test_open_table_gives_long_files_in_order():
    lines = b"".join(b"%d\n" % number for number in range(30_000))

    with open_table(io.BytesIO(b"fono\n" + lines), counted=True) as table:
        cells = [row.cells[0] for row in table.rows]

    assert (table.total, cells) == (30_000, [str(number) for number in range(30_000)])


def test_open_table_ends_its_process_when_nobody_wants_more(monkeypatch):
    begun = []
    popen = subprocess.Popen
    monkeypatch.setattr(
        process.subprocess,
        "Popen",
        lambda *args, **kwargs: begun.append(popen(*args, **kwargs)) or begun[-1],
    )

    with open_table(io.BytesIO(b"fono\n" + b"1\n" * 900_000)) as table:
        next(table.rows)

    with pytest.raises(ProcessLookupError):
        os.kill(begun[0].pid, 0)


@pytest.fixture
def saying(monkeypatch, tmp_path):
    """Puts a program in place of the one that reads: it says some lines and ends with a code."""

    def program(says: str, then: str) -> None:
        script = tmp_path / "reader"
        script.write_text(f"#!/bin/sh\nprintf '{says}'\n{then}\n")
        script.chmod(0o700)
        monkeypatch.setattr(process.sys, "executable", str(script))

    return program


HEADER = '{"header":["fono"],"total":0}\\n'


def test_open_table_tells_of_life_while_it_waits(saying, monkeypatch):
    monkeypatch.setattr(process, "_STEP", 0.1)
    saying("", f"sleep 0.5; printf '{HEADER}'")
    signs = []

    with open_table(io.BytesIO(LIST), alive=lambda: signs.append(1)):
        pass

    assert len(signs) >= 3


@pytest.mark.parametrize(
    ("says", "then", "sentence", "logged"),
    [
        (HEADER + '{"unexpected":"KeyError at x.py:1"}\\n', "", "could not be read", "KeyError at"),
        (HEADER + '{"rows":[[1,["9', "exit 3", "could not be read", "process ended with 3"),
        (HEADER, "exit 77", "needs more memory", ""),
        (HEADER, "kill -XCPU $$", "takes too long", ""),
        (HEADER, "kill -KILL $$", "takes too long", ""),
    ],
)
def test_reading_that_breaks_off_is_told(saying, caplog, says, then, sentence, logged):
    saying(says, then)

    told = sentence_of(LIST, JOB)

    assert sentence in told
    assert logged in caplog.text if logged else caplog.text == ""


def test_waiting_for_the_process_has_a_limit(saying, monkeypatch):
    monkeypatch.setattr(process, "_STEP", 0.1)
    saying(HEADER, "exec sleep 60")

    assert "takes too long" in sentence_of(LIST, Limits(waiting=0.3))


def test_open_on_page_reads_two_files_at_once(monkeypatch):
    monkeypatch.setattr(process, "WAIT_FOR_A_READER", 0.01)

    refused = pytest.raises(TableError, match="Other files are being read")
    with open_on_page(io.BytesIO(LIST)), open_on_page(io.BytesIO(LIST)), refused:
        open_on_page(io.BytesIO(LIST)).__enter__()

    with open_on_page(io.BytesIO(LIST)) as table:
        assert len(list(table.rows)) == 2


def test_process_that_reads_loads_no_django_and_knows_no_secret(tmp_path, monkeypatch):
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "secret")
    seen = tmp_path / "seen"
    program = tmp_path / "reader"
    ask = (
        "import sys, os, contacts.imports.files.child as _child;"
        " print('django' in sys.modules, sorted(os.environ))"
    )
    program.write_text(f'#!/bin/sh\n{sys.executable} -c "{ask}" > {seen}\n')
    program.chmod(0o700)
    monkeypatch.setattr(process.sys, "executable", str(program))

    sentence_of(LIST, JOB)

    assert seen.read_text().startswith("False")
    assert "TWILIO" not in seen.read_text()


def test_process_that_reads_dies_with_its_parent(tmp_path):
    path = tmp_path / "bomb"
    path.write_bytes(workbook(sheet=(SHEET + "<row ", "a" * 1000, 90_000, '="1"/>' + END)))
    reader = f"{sys.executable} -m contacts.imports.files.child $$ 300000000 60 count en < {path}"
    parent = subprocess.Popen(["sh", "-c", f"{reader} & echo; wait"], stdout=subprocess.PIPE)
    parent.stdout.readline()

    parent.kill()

    # The reader has the other end of the pipe until it dies.
    assert parent.communicate(timeout=5) == (b"", None)


@pytest.mark.slow
@pytest.mark.parametrize("name", IN_A_PROCESS)
def test_bomb_is_told_with_a_sentence(name):
    make, sentence = IN_A_PROCESS[name]

    told = sentence_of(make(), LOW)

    assert (sentence in told, bool(told)) == (True, bool(sentence)), told


@pytest.mark.parametrize("name", BY_RULE)
def test_damaged_file_is_told_with_a_sentence(name):
    make, sentence = BY_RULE[name]

    told, cause = "", None
    try:
        for _row in read_table(io.BytesIO(make())).rows:
            pass
    except TableError as error:
        told, cause = str(error), error.__cause__

    assert (sentence in told, bool(told)) == (True, bool(sentence)), (told, cause)
