import csv
import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from contacts.models import Contact
from waproject.audit.models import Event

TEXT = (
    "fono;nombre;Color\r\n"
    "975400946;Ñandú;rojo\r\n"
    "97540;corto;\r\n"
    "+56 9 7540 0946;Otro;verde\r\n"
    '55 1234 5678;"México\r\nDF";\r\n'
)


@pytest.fixture
def file(tmp_path) -> Path:
    path = tmp_path / "lista.csv"
    path.write_bytes(TEXT.encode("cp1252"))
    return path


def run(*arguments: object) -> str:
    out = io.StringIO()
    call_command("import_contacts", *map(str, arguments), "--no-progress", stdout=out)
    return out.getvalue()


def totals(out: str) -> list[list[str]]:
    cells = [line.strip("│ ").split("│") for line in out.splitlines() if line.startswith("│")]
    return [[cell.strip() for cell in row] for row in cells]


def test_import_contacts_prints_totals_that_add_up(db, file):
    out = run(file)

    assert totals(out) == [
        ["created", "1"],
        ["updated", "0"],
        ["unchanged", "1"],
        ["skipped", "0"],
        ["failed", "2"],
        ["rows of the file", "4"],
    ]
    assert Contact.objects.get().name == "Ñandú"


def test_import_contacts_tells_reasons_repeated_lines_and_columns_left_out(db, file):
    lines = run(file).splitlines()

    assert lines[-7:] == [
        "Rows not taken:",
        "       1  Too short for Chile.",
        "       1  Too long for Chile; a number of another country begins with +.",
        "--errors FILE writes them to a file, with their lines.",
        "1 row has the phone of an earlier one; its vehicle is kept:",
        "    line 4, first on line 2",
        "Columns left out (--custom-fields keeps them): Color.",
    ]


def test_import_contacts_dry_run_says_the_same_and_writes_nothing(db, file):
    foretold = totals(run(file, "--dry-run"))

    assert Contact.objects.count() == 0
    assert foretold == totals(run(file))


def test_import_contacts_writes_the_rows_not_taken(db, file, tmp_path):
    errors = tmp_path / "errors.csv"

    run(file, "--errors", errors)

    rows = list(csv.reader(io.StringIO(errors.read_text(encoding="utf-8-sig"))))
    assert [row[:3] for row in rows] == [
        ["line", "reason", "fono"],
        ["3", "Too short for Chile.", "97540"],
        ["5", "Too long for Chile; a number of another country begins with +.", "55 1234 5678"],
    ]


def test_import_contacts_tells_and_writes_the_cells_left_out(db, file, tmp_path):
    file.write_text("fono,nombre,email\n975400946,Ana,ana@\n990080338,Eva,eva@\n12,x,x@\n")
    remarks = tmp_path / "remarks.csv"

    lines = run(file, "--remarks", remarks).splitlines()

    reason = "“email”: The email is not an address, such as ana@example.com."
    assert lines[-3:] == [
        "2 rows were taken with remarks; these cells were left out:",
        f"       2  {reason}",
        f"They are in {remarks}, with their lines.",
    ]
    assert list(csv.reader(io.StringIO(remarks.read_text(encoding="utf-8-sig")))) == [
        ["line", "reason", "fono", "nombre", "email"],
        ["2", reason, "975400946", "Ana", "ana@"],
        ["3", reason, "990080338", "Eva", "eva@"],
    ]


def test_import_contacts_reads_phones_of_a_region_and_keeps_columns(db, file):
    run(file, "--region", "mx", "--custom-fields")

    assert list(Contact.objects.order_by("phone").values_list("phone", "custom_fields")) == [
        ("+525512345678", {}),
        ("+56975400946", {"Color": "verde"}),
    ]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nope.csv"], "nope.csv: No such file or directory"),
        (["{file}", "--region", "XX"], "“XX” is not a country code of two letters, such as CL."),
        (["{file}", "--errors", "/nope/e.csv"], "/nope/e.csv: No such file or directory"),
    ],
)
def test_import_contacts_says_what_is_wrong_with_its_arguments(db, file, arguments, sentence):
    with pytest.raises(CommandError) as error:
        run(*(argument.format(file=file) for argument in arguments))

    assert str(error.value) == sentence
    assert Contact.objects.count() == 0


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (b"nombre\nAna\n", "No column holds the phone."),
        (b'fono,nombre\n975400946,Ana\n2,"Eva\n', "A quote opened on line 3 is never closed"),
    ],
)
def test_import_contacts_refuses_a_file_before_it_writes(db, file, content, sentence):
    file.write_bytes(content)

    with pytest.raises(CommandError) as error:
        run(file)

    assert str(error.value).startswith(sentence)
    assert Contact.objects.count() == 0


def test_import_contacts_is_logged_unless_it_only_tells_what_would_happen(db, file):
    run(file, "--dry-run")
    run(file)

    assert Event.objects.values_list("action", "object_text", "origin").get() == (
        "contacts.import",
        "lista.csv",
        "command import_contacts",
    )
