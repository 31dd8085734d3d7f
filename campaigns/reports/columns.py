"""The heading and the explanation of each field of a report's row."""

from dataclasses import dataclass, fields, replace
from typing import Any, get_type_hints

from django.utils.functional import Promise


@dataclass(frozen=True)
class Column:
    """The heading of a field, given to it as `Annotated[int, Column(_("sent"))]`.

    `detail` columns are left out of tables for lack of room; CSV and JSON have them all.
    `grouped` is false for numbers that are names, such as a year. A reader without `permission`
    does not get the column, neither on a page nor in a file.
    """

    label: str | Promise
    detail: bool = False
    grouped: bool = True
    name: str = ""
    permission: str = ""


def columns_of(row_type: type[Any]) -> list[Column]:
    """The columns of a row type in the order of its fields, each with its field's name."""
    hints = get_type_hints(row_type, include_extras=True)
    return [
        replace(column, name=field.name)
        for field in fields(row_type)
        for column in [hints[field.name].__metadata__[0]]
    ]
