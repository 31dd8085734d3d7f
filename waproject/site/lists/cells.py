"""The cells of an admin list, with their titles for a narrow screen, and numbers at the right."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst

from waproject.core.admin.chips import chip
from waproject.core.text.moments import said_day, said_in_full

EMPTY = {"", "–", "-"}
_NUMBER = re.compile(r"[−-]?\$? ?\d{1,3}(?:[., ]?\d{3})*(?:[.,]\d+)?(?:[ \u00a0\u202f]?%)?")
_CLASSES = re.compile(r'^<(t[dh]) class="([^"]*)"')
# The first cell of a row is a link.
_CONTENT = re.compile(r"(<t[dh][^>]*>(?:<a [^>]*>)?)([^<]+)((?:</a>)?</t[dh]>)")
_TAG = re.compile(r"<[^>]*>")
_CHECKBOX = "action-checkbox"
_NO_FIELDS = {"action_checkbox", "__str__"}


@dataclass(frozen=True)
class Column:
    """A column of a list: its title, and whether all that stands in it is a number."""

    title: str
    is_number: bool
    class_attribute: SafeString


@dataclass(frozen=True)
class Row:
    cells: list[SafeString]
    form: Any


@dataclass(frozen=True)
class Table:
    heads: list[tuple[Any, Column]]
    rows: list[Row]


def table(headers: Sequence[Any], results: Sequence[Any], changelist: Any) -> Table:
    """The list as Django gives it to its template: the heads, and the cells as pieces of HTML."""
    rows = [list(result) for result in results]
    _put_chips(rows, changelist)
    _say_moments(rows, changelist)
    _begin_choices_with_capitals(rows, changelist)
    # A row of cells that can be written in has its hidden fields behind the last one.
    columns = [
        _column(header, [row[place] for row in rows]) for place, header in enumerate(headers)
    ]
    shown = [
        Row([*map(_cell, row, columns), *row[len(columns) :]], getattr(result, "form", None))
        for row, result in zip(rows, results, strict=True)
    ]
    return Table(list(zip(headers, columns, strict=True)), shown)


def _put_chips(rows: list[list[str]], changelist: Any) -> None:
    """Make the states of a list chips: its page says in `chips` which of its columns are states."""
    tones_of = getattr(changelist.model_admin, "chips", {})
    for place, name in enumerate(changelist.list_display):
        if name in tones_of:
            for row, shown in zip(rows, changelist.result_list, strict=True):
                row[place] = _with_chip(row[place], tones_of[name].get(getattr(shown, name), ""))


def _say_moments(rows: list[list[str]], changelist: Any) -> None:
    """Say the moments of a list as people do."""
    for place, name in enumerate(changelist.list_display):
        for row, shown in zip(rows, changelist.result_list, strict=True):
            moment = getattr(shown, name, None) if name not in _NO_FIELDS else None
            match = _CONTENT.fullmatch(row[place])
            if isinstance(moment, date) and match is not None:
                row[place] = match[1] + _said(moment) + match[3]


def _said(moment: date) -> str:
    return said_in_full(moment) if isinstance(moment, datetime) else said_day(moment)


def _begin_choices_with_capitals(rows: list[list[str]], changelist: Any) -> None:
    """What a column's field has for choices begins with a capital, as chips and names do."""
    chosen = {field.name for field in changelist.opts.concrete_fields if field.choices}
    for place, name in enumerate(changelist.list_display):
        for row in rows if name in chosen else []:
            if match := _CONTENT.fullmatch(row[place]):
                row[place] = match[1] + capfirst(match[2]) + match[3]


def _with_chip(cell: str, tone: str) -> str:
    match = _CONTENT.fullmatch(cell)
    if match is None:
        return cell
    words = mark_safe(match[2])  # noqa: S308  as Django made it
    return match[1] + chip(words, tone) + match[3]


def _column(header: Any, cells: list[str]) -> Column:
    texts = {_text(cell) for cell in cells} - EMPTY
    is_number = bool(texts) and all(_NUMBER.fullmatch(text) for text in texts)
    attribute = str(header.get("class_attrib", ""))
    if is_number:
        attribute = (
            attribute.replace('class="', 'class="number ') if attribute else ' class="number"'
        )
    title = "" if _CHECKBOX in attribute else strip_tags(str(header.get("text", ""))).strip()
    # Django made the attribute, of the names of fields.
    return Column(title, is_number, mark_safe(attribute))  # noqa: S308


def _cell(cell: str, column: Column) -> SafeString:
    """The cell with its title, and with what it is as a class."""
    match = _CLASSES.match(cell)
    if match is None or _CHECKBOX in match[2]:
        return mark_safe(cell)  # noqa: S308  as Django made it
    kinds = [match[2]]
    if column.is_number:
        kinds.append("number")
    if match[1] == "td" and _is_empty(cell):
        kinds.append("none")
    start = format_html(
        '<{} class="{}" data-label="{}"',
        match[1],
        " ".join(kinds),
        column.title[:1].upper() + column.title[1:],
    )
    return start + mark_safe(cell[match.end() :])  # noqa: S308  as Django made it


def _is_empty(cell: str) -> bool:
    """Whether nothing stands in a cell, not even a box or a picture."""
    has_element = "<" in cell[1 : -len("</td>")]
    return not has_element and _text(cell) in EMPTY


def _text(cell: str) -> str:
    """What is read of a cell. Django escapes what is written in it, so each `<` begins a tag."""
    return _TAG.sub("", cell).strip()
