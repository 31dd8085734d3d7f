import csv
import json
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO
from typing import Annotated

from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from campaigns.reports.columns import Column, columns_of
from campaigns.reports.rendering import as_csv, as_json, as_sheet, as_table, as_words
from contacts.models import ContactStatus


@dataclass(frozen=True)
class Row:
    name: Annotated[str, Column("name")]
    status: Annotated[ContactStatus, Column("status")]
    rate: Annotated[Decimal | None, Column("rate")]
    at: Annotated[datetime, Column("at", detail=True)]


COLUMNS = columns_of(Row)
ANA = Row(
    "Ana [b]", ContactStatus.OPTED_OUT, Decimal("1234.50"), datetime(2026, 3, 20, 15, tzinfo=UTC)
)


def test_json_has_plain_values():
    assert json.loads(as_json(COLUMNS, [ANA])) == [
        {"name": "Ana [b]", "status": "opted_out", "rate": 1234.5, "at": "2026-03-20T15:00:00Z"}
    ]


def test_csv_has_names_and_plain_values():
    assert as_csv(COLUMNS, [ANA]) == (
        "name,status,rate,at\r\nAna [b],opted_out,1234.5,2026-03-20T15:00:00Z\r\n"
    )


def test_json_of_any_rows_is_what_the_standard_library_writes():
    for rows in ([], [ANA], [ANA, ANA]):
        text = as_json(COLUMNS, rows)
        assert text == json.dumps(json.loads(text), indent=2) + "\n"


def test_sheet_in_spanish_has_semicolons_decimal_commas_words_and_local_times():
    with translation.override("es"):
        text = "".join(as_sheet(COLUMNS, [ANA, replace(ANA, name="=1+1", rate=None)]))

    assert text.splitlines()[1:] == [
        "Ana [b];dado de baja;1234,50;2026-03-20 12:00:00",
        "'=1+1;dado de baja;;2026-03-20 12:00:00",
    ]


def test_sheet_has_the_titles_that_a_page_shows():
    columns = [Column("title of a page", name="name")]

    assert list(as_sheet(columns, [])) == ["Title of a page\r\n"]


def test_sheet_in_english_has_commas():
    assert "".join(as_sheet(COLUMNS, [ANA])).splitlines()[1] == (
        "Ana [b],opted out,1234.50,2026-03-20 12:00:00"
    )


def test_csv_disarms_a_formula():
    row = Row("=HYPERLINK(1)", ContactStatus.ACTIVE, None, ANA.at)

    assert as_csv(COLUMNS, [row]).splitlines()[1].split(",")[0] == "'=HYPERLINK(1)"


@given(st.text())
def test_csv_survives_any_name(name):
    text = as_csv(COLUMNS, [Row(name, ContactStatus.ACTIVE, None, ANA.at)])

    [_header, row] = csv.reader(StringIO(text, newline=""))

    assert row[0].removeprefix("'") == name.removeprefix("'")


def test_table_shows_words_and_leaves_details_out():
    table = as_table("People", COLUMNS, [ANA], width=0)

    assert table.splitlines() == [
        "People",
        "┏━━━━━━━━━┳━━━━━━━━━━━┳━━━━━━━━━━┓",
        "┃ name    ┃ status    ┃     rate ┃",
        "┡━━━━━━━━━╇━━━━━━━━━━━╇━━━━━━━━━━┩",
        "│ Ana [b] │ opted out │ 1,234.50 │",
        "└─────────┴───────────┴──────────┘",
    ]


def test_table_too_wide_for_the_terminal_shows_each_row_upright():
    table = as_table("People", COLUMNS, [ANA], width=25)

    assert table.splitlines() == [
        "People",
        "┌────────┬───────────┐",
        "│ name   │ Ana [b]   │",
        "│ status │ opted out │",
        "│ rate   │ 1,234.50  │",
        "└────────┴───────────┘",
    ]


def test_table_drops_what_would_steer_a_terminal():
    row = Row("\x1b[2JAna", ContactStatus.ACTIVE, None, ANA.at)

    assert "\x1b" not in as_table("People", COLUMNS, [row], width=0)


def test_words_follow_the_language_and_the_zone():
    with translation.override("es"):
        words = [
            as_words(ANA.at, COLUMNS[0]),
            as_words(date(2026, 3, 20), COLUMNS[0]),
            as_words(2.5, COLUMNS[0]),
            as_words(2018, Column("year", grouped=False)),
            as_words(None, COLUMNS[0]),
        ]

    assert words == ["20-03-2026 12:00", "20-03-2026", "2,5", "2018", "–"]
