"""The heading and the explanation of each field of a report's row."""

from dataclasses import dataclass, fields, replace
from decimal import Decimal
from typing import Any, get_args, get_type_hints

from django.utils.functional import Promise


@dataclass(frozen=True)
class Column:
    """The heading of a field, given to it as `Annotated[int, Column(_("sent"))]`.

    `detail` columns are left out of tables for lack of room; CSV and JSON have them all.
    `grouped` is false for numbers that are names, such as a year. A reader without `permission`
    does not get the column, neither on a page nor in a file. `numeric` is told by the field's type.
    """

    label: str | Promise
    detail: bool = False
    grouped: bool = True
    name: str = ""
    permission: str = ""
    numeric: bool = False


def columns_of(row_type: type[Any]) -> list[Column]:
    """The columns of a row type in the order of its fields, each with its field's name."""
    hints = get_type_hints(row_type, include_extras=True)
    return [
        replace(column, name=field.name, numeric=_is_numeric(hints[field.name].__origin__))
        for field in fields(row_type)
        for column in [hints[field.name].__metadata__[0]]
    ]


def _is_numeric(kind: Any) -> bool:
    """Whether a field of this type holds a number, or nothing."""
    return bool({int, float, Decimal} & {kind, *get_args(kind)})
