"""Takes the secrets of the environment out of texts: out of log lines and pages about errors."""

import logging
import os
import re
from collections.abc import Mapping
from functools import cache
from html import escape
from typing import Any

from django.utils.safestring import SafeString
from django.views.debug import ExceptionReporter

from waproject.core.text.errors import kind_and_place

CONCEALED = "********"
_NAMES = re.compile(r"SECRET|TOKEN|PASS|KEY")
# What stands between `://` and the host: a name, and the password.
_LOGIN = re.compile(r"(?<=://)([^/\s:@]*):([^/\s@]+)(?=@)")
# Shorter values are found by chance in texts of any kind.
_SHORTEST = 12


def conceal(text: str) -> str:
    """The text with asterisks in the place of secrets, also where HTML spells them otherwise."""
    for secret in _secrets():
        text = text.replace(secret, CONCEALED)
    return _LOGIN.sub(rf"\1:{CONCEALED}", text)


@cache
def _secrets() -> tuple[str, ...]:
    """The secrets of this process: it reads them once, as the settings do. The longest first."""
    plain = secrets_of(os.environ)
    return tuple(sorted({*plain, *map(escape, plain)}, key=len, reverse=True))


def secrets_of(environment: Mapping[str, str]) -> set[str]:
    """The values of variables that are called keys, tokens or passwords, and passwords of URLs."""
    named = {
        word.strip()
        for name, value in environment.items()
        if _NAMES.search(name.upper())
        for word in (value, *value.split(","))
    }
    in_urls = {
        password for value in environment.values() for _name, password in _LOGIN.findall(value)
    }
    return {word for word in named | in_urls if len(word) >= _SHORTEST}


class ConcealingFormatter(logging.Formatter):
    """Log lines, tracebacks too, without secrets.

    Of an error they have its kind and place alone: its text may quote what a customer wrote, or the
    row that the database refused.
    """

    def format(self, record: logging.LogRecord) -> str:
        return conceal(super().format(record))

    def formatException(self, ei: Any) -> str:  # noqa: N802  logging's own name
        return kind_and_place(ei[1])


class ConcealingReporter(ExceptionReporter):
    """Django's page about an error, which DEBUG shows, without secrets.

    Django itself hides settings by their names; the variables of the environment and what the
    functions hold stand there as they are.
    """

    def get_traceback_html(self) -> SafeString:
        return SafeString(conceal(super().get_traceback_html()))

    def get_traceback_text(self) -> SafeString:
        return SafeString(conceal(super().get_traceback_text()))
