import io

from contacts.imports.rejections import Rejected, write_rejections


def test_rejected_shows_the_cells_that_hold_something():
    assert Rejected(3, "", ["", " 9754 ", "", "Ana", ""]).shown == "9754 · Ana"


def test_write_rejections_gives_line_reason_and_cells_that_run_nothing():
    file = io.StringIO(newline="")
    rows = [
        Rejected(3, "The phone is empty.", ["", "=SUM(A1)", "a;b"]),
        Rejected(7, "Too short for Chile.", ["+569", "@x", "+56975400946"]),
    ]

    write_rejections(file, ["fono", "=nombre", "otro"], rows, delimiter=";")

    assert file.getvalue().splitlines() == [
        "line;reason;fono;'=nombre;otro",
        '3;The phone is empty.;;\'=SUM(A1);"a;b"',
        "7;Too short for Chile.;'+569;'@x;+56975400946",
    ]
