"""No secret of the environment stands in a log line or on the page about an error."""

import logging
import logging.config
from collections.abc import Iterator
from datetime import date

import pytest
from django.test import RequestFactory
from django.views.debug import technical_500_response

from waproject.core.text import concealing
from waproject.core.text.concealing import conceal, secrets_of
from waproject.site.logs import logging_settings

SECRETS = {
    "SECRET_KEY": "a&b<c>-signs-sessions",
    "FIELD_ENCRYPTION_KEYS": "first-key-of-two,second-key-of-two",
    "TWILIO_AUTH_TOKEN": "0123456789abcdef",
    "DATABASE_URL": "postgres://site:of-the-database@db.example:5432/wa",
}
VALUES = [
    "a&b<c>-signs-sessions",
    "a&amp;b&lt;c&gt;-signs-sessions",
    "first-key-of-two",
    "second-key-of-two",
    "0123456789abcdef",
    "of-the-database",
]


@pytest.fixture
def secrets(monkeypatch) -> Iterator[dict[str, str]]:
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    concealing._secrets.cache_clear()
    yield SECRETS
    concealing._secrets.cache_clear()


@pytest.fixture
def failure(secrets) -> Exception:
    """An error whose text, and whose function's variables, hold all of them."""
    held = {f"value of {number}": value for number, value in enumerate(secrets.values())}
    try:
        raise RuntimeError(f"Nothing works: {held}")
    except RuntimeError as error:
        return error


def test_page_about_an_error_has_no_secret(settings, secrets, failure):
    settings.DEBUG = True
    request = RequestFactory().get("/")
    request.META.update(secrets)  # as the development server does with all of the environment

    page = technical_500_response(request, type(failure), failure, failure.__traceback__)

    assert "RuntimeError" in page.text
    assert [value for value in VALUES if value in page.text] == []


@pytest.fixture
def formatter() -> logging.Formatter:
    """The one of the project's log lines."""
    line = logging_settings("INFO")["formatters"]["line"]
    return logging.config.DictConfigurator({}).configure_formatter(dict(line))


def test_log_lines_have_no_secret(failure, formatter):
    record = logging.makeLogRecord({"msg": "Failed: %s", "args": (failure,)})

    written = formatter.format(record)

    assert "Nothing works" in written
    assert [value for value in VALUES if value in written] == []


def test_log_lines_have_the_place_of_an_error_and_nothing_of_its_text(formatter):
    phone = "+56975400946"
    try:
        date.fromisoformat(phone)
    except ValueError as error:
        record = logging.makeLogRecord({"msg": "Failed", "exc_info": (ValueError, error, None)})

    written = formatter.format(record)

    assert ("ValueError" in written, __file__ in written, phone in written) == (True, True, False)


def test_login_of_any_address_is_concealed():
    assert (
        conceal("no answer of redis://wa:x1@cache/0") == "no answer of redis://wa:********@cache/0"
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [("LANG", "es_CL.UTF-8-and-more"), ("TWILIO_AUTH_TOKEN", "simulator"), ("KEY", "")],
)
def test_what_is_no_secret_stays(name, value):
    assert secrets_of({name: value}) == set()
