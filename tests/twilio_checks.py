"""Checks of the values that Twilio's published OpenAPI describes: each takes a value, and says."""

import re
from collections.abc import Callable, Mapping
from typing import Any

Check = Callable[[Any], bool]


def text(pattern: str = r"(?s).*", least: int = 0, most: int = 10**6) -> Check:
    return lambda value: (
        isinstance(value, str)
        and least <= len(value) <= most
        and re.fullmatch(pattern, value) is not None
    )


def number(low: int, high: int | None = None) -> Check:
    """A whole number, also as it stands in a query."""
    return lambda value: (
        str(value).isdigit() and low <= int(value) and (high is None or int(value) <= high)
    )


def maybe(check: Check) -> Check:
    return lambda value: value is None or check(value)


def list_of(check: Check) -> Check:
    return lambda value: isinstance(value, list) and all(map(check, value))


def true_or_false(value: Any) -> bool:
    return isinstance(value, bool)


def texts_by_name(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(one, str) for one in value.values())


def fields(
    required: Mapping[str, Check],
    optional: Mapping[str, Check] | None = None,
    *,
    more: bool = False,
) -> Check:
    """An object with these fields, and with `more` any others."""
    known = {**required, **(optional or {})}
    return lambda value: (
        isinstance(value, dict)
        and required.keys() <= value.keys()
        and (more or value.keys() <= known.keys())
        and all(check(value[name]) for name, check in known.items() if name in value)
    )


HX, AC = text("HX[0-9a-fA-F]{32}"), text("AC[0-9a-fA-F]{32}")
URL = text(r"https?://\S+")
DATE_TIME = text(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
RFC2822 = text(r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d \+0000")
