"""Every reader takes what it should and names the variable in a sentence otherwise."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from waproject.core import environment

NAME = "WAPROJECT_TEST_VALUE"


@pytest.fixture
def given(monkeypatch):
    return lambda value: monkeypatch.setenv(NAME, value)


def test_text_without_a_value_or_default_says_where_to_put_it(monkeypatch):
    monkeypatch.delenv(NAME, raising=False)

    with pytest.raises(ImproperlyConfigured) as raised:
        environment.text(NAME)

    assert str(raised.value) == (
        f"{NAME} is not set. Put it in the environment or in .env (see .env.example)."
    )


def test_a_text_that_begins_with_a_dollar_sign_is_taken_as_it_is(given):
    given("$ecreto")

    assert environment.text(NAME) == "$ecreto"


@pytest.mark.parametrize(
    ("value", "expected"), [("true", True), ("YES", True), ("0", False), ("", False)]
)
def test_boolean_reads_the_usual_words(given, value, expected):
    given(value)

    assert environment.boolean(NAME, default=not expected) is expected


@pytest.mark.parametrize(
    ("read", "value", "message"),
    [
        (lambda: environment.boolean(NAME, False), "maybe", "must be true or false, not 'maybe'."),
        (lambda: environment.number(NAME, 1), "many", "must be a number, not 'many'."),
        (lambda: environment.number(NAME, 1), "nan", "must be at least 0, not 'nan'."),
        (
            lambda: environment.number(NAME, 1, minimum=0.5),
            "0.1",
            "must be at least 0.5, not '0.1'.",
        ),
        (
            lambda: environment.url(NAME, ""),
            "example.com",
            "must look like https://example.com, with no path, not 'example.com'.",
        ),
        (
            lambda: environment.url(NAME, ""),
            "https://a.cl/path",
            "must look like https://example.com, with no path, not 'https://a.cl/path'.",
        ),
        (
            lambda: environment.database(NAME, ""),
            "mysql://a/b",
            "must name a SQLite or PostgreSQL database.",
        ),
        (
            lambda: environment.region(NAME, "CL"),
            "Chile",
            "must be a country code such as CL, not 'CHILE'.",
        ),
        (
            lambda: environment.time_zone(NAME, "UTC"),
            "Santiago",
            "must be a time zone such as America/Santiago, not 'Santiago'.",
        ),
        (
            lambda: environment.choice(NAME, "es", ("es", "en")),
            "fr",
            "must be one of es, en, not 'fr'.",
        ),
    ],
)
def test_a_malformed_value_is_refused_by_name(given, read, value, message):
    given(value)

    with pytest.raises(ImproperlyConfigured) as raised:
        read()

    assert str(raised.value) == f"{NAME} {message}"


def test_database_errors_do_not_show_the_password(given):
    given("postgres://user:secreto@host:no-port/name")

    with pytest.raises(ImproperlyConfigured) as raised:
        environment.database(NAME, "")

    assert "secreto" not in str(raised.value)


def test_url_drops_a_trailing_slash(given):
    given("https://example.com/")

    assert environment.url(NAME, "") == "https://example.com"


def start(**variables: str) -> str:
    """The last line that Django prints when it starts with these variables."""
    clean = {key: os.environ[key] for key in ("PATH", "HOME", "LANG") if key in os.environ}
    finished = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=settings.BASE_DIR,
        env={**clean, "SECRET_KEY": "for-a-test", "TWILIO_ACCOUNT_SID": "", **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    return (finished.stdout + finished.stderr).strip().splitlines()[-1]


@pytest.mark.process
@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        (
            {"TWILIO_ACCOUNT_SID": f"AC{'1' * 32}", "TWILIO_AUTH_TOKEN": ""},
            "Set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN both, or neither.",
        ),
        (
            {"TWILIO_ACCOUNT_SID": "SM1", "TWILIO_AUTH_TOKEN": "x"},
            "TWILIO_ACCOUNT_SID must be AC followed by 32 hexadecimal digits.",
        ),
    ],
)
def test_the_project_does_not_start_with_half_an_account(variables, sentence):
    assert start(**variables).endswith(sentence)


def test_env_example_documents_every_variable_the_settings_read():
    source = Path(settings.BASE_DIR, "waproject", "settings.py").read_text(encoding="utf-8")
    example = Path(settings.BASE_DIR, ".env.example").read_text(encoding="utf-8")
    read = re.findall(r'environment\.\w+\(\s*"([A-Z_]+)"', source)
    documented = re.findall(r"^#?([A-Z_]+)=", example, re.MULTILINE)

    assert sorted(read) == sorted(documented)


def test_networks_reads_networks_and_addresses(given):
    given("127.0.0.0/8, ::1")

    assert [str(one) for one in environment.networks(NAME, "")] == ["127.0.0.0/8", "::1/128"]


def test_networks_says_what_is_no_network(given):
    given("localhost")

    with pytest.raises(ImproperlyConfigured) as raised:
        environment.networks(NAME, "")

    assert str(raised.value).startswith(f"{NAME} must be networks such as 127.0.0.0/8")


@pytest.mark.parametrize("before", [None, 0o755, 0o700])
def test_private_folder_is_for_its_owner_alone(tmp_path, before):
    folder = tmp_path / "var"
    if before:
        folder.mkdir(mode=before)

    environment.make_private(folder)

    assert oct(folder.stat().st_mode & 0o777) == "0o700"


@pytest.mark.process
def test_settings_keep_new_files_for_their_owner_alone():
    code = "import os, waproject.settings; print(oct(os.umask(0)))"

    found = subprocess.run(
        [sys.executable, "-c", code],
        cwd=settings.BASE_DIR,
        env={**os.environ, "SECRET_KEY": "x"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert found.stdout == "0o77\n"


def test_encryption_keys_are_read_between_commas(given):
    keys = [Fernet.generate_key().decode() for _ in range(2)]
    given(", ".join(keys))

    assert environment.encryption_keys(NAME) == keys


def test_a_key_of_another_form_is_named_and_not_shown(given):
    given("a-secret-of-another-form")

    with pytest.raises(ImproperlyConfigured) as raised:
        environment.encryption_keys(NAME)

    assert NAME in str(raised.value)
    assert "a-secret" not in str(raised.value)


@pytest.mark.parametrize(
    ("value", "port", "user", "encryption"),
    [
        ("smtp+tls://ana:s%40l@mail.example.com", 587, "ana", "EMAIL_USE_TLS"),
        ("smtp+ssl://ana:s%40l@mail.example.com", 465, "ana", "EMAIL_USE_SSL"),
        ("smtp://mail.example.com:2525", 2525, "", ""),
    ],
)
def test_email_reads_a_server(given, value, port, user, encryption):
    given(value)

    config = environment.email(NAME)

    assert config["EMAIL_BACKEND"] == "django.core.mail.backends.smtp.EmailBackend"
    assert (config["EMAIL_HOST"], config["EMAIL_PORT"]) == ("mail.example.com", port)
    assert (config["EMAIL_HOST_USER"], config["EMAIL_HOST_PASSWORD"]) == (user, user and "s@l")
    assert [name for name in config if name.startswith("EMAIL_USE")] == list(
        filter(None, [encryption])
    )


@pytest.mark.parametrize(("value", "folder"), [("", None), ("filemail:////tmp/mail", "/tmp/mail")])  # noqa: S108
def test_email_reads_a_folder_and_is_one_when_nothing_is_set(given, value, folder):
    given(value)

    config = environment.email(NAME)

    assert config["EMAIL_BACKEND"] == "django.core.mail.backends.filebased.EmailBackend"
    assert config.get("EMAIL_FILE_PATH") == folder


@pytest.mark.parametrize(
    "value", ["clave", "smtp://", "x://ana:clave@h", "memorymail://", "smtp://h:clave"]
)
def test_email_says_what_is_none_without_the_password(given, value):
    given(value)

    with pytest.raises(ImproperlyConfigured) as raised:
        environment.email(NAME)

    assert "clave" not in str(raised.value)
    assert str(raised.value).startswith(f"{NAME} must look like smtp+tls://")
