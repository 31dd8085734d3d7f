"""Settings from the environment and `.env`, read strictly.

Every reader names the variable in its error, so that a missing or malformed value stops the
start with a sentence a person can act on. django-environ reads the formats of `.env` and of
DATABASE_URL; its readers of values are not used, for they take `$word` for another variable.
"""

import os
import re
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import environ
import phonenumbers
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured


def read_dotenv(path: Path) -> None:
    """Add the variables of a `.env` file; those already in the environment win."""
    if path.exists():
        environ.Env.read_env(path)


def text(name: str, default: str | None = None) -> str:
    value = os.environ.get(name, default)
    if value is None or (default is None and not value.strip()):
        raise ImproperlyConfigured(
            f"{name} is not set. Put it in the environment or in .env (see .env.example)."
        )
    return value.strip()


def boolean(name: str, default: bool) -> bool:
    value = text(name, "true" if default else "false").lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"", "0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name} must be true or false, not {value!r}.")


def number(name: str, default: float, *, minimum: float = 0) -> float:
    value = text(name, str(default))
    try:
        result = float(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a number, not {value!r}.") from None
    if not minimum <= result < float("inf"):
        raise ImproperlyConfigured(f"{name} must be at least {minimum:g}, not {value!r}.")
    return result


def words(name: str, default: str) -> list[str]:
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def encryption_keys(name: str) -> list[str]:
    """Fernet keys between commas; none when it is not set."""
    keys = words(name, "")
    for key in keys:
        try:
            Fernet(key)
        except ValueError:
            raise ImproperlyConfigured(
                f"{name} must be keys of 44 characters between commas, as “manage.py rotate_keys"
                " --new” prints them."
            ) from None
    return keys


def networks(name: str, default: str) -> list[IPv4Network | IPv6Network]:
    """Networks and single addresses, separated by commas."""
    try:
        return [ip_network(word) for word in words(name, default)]
    except ValueError as error:
        raise ImproperlyConfigured(
            f"{name} must be networks such as 127.0.0.0/8, separated by commas: {error}."
        ) from None


def make_private(folder: Path) -> None:
    """Make the folder, or narrow it, for its owner alone."""
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.stat().st_uid == os.getuid() and folder.stat().st_mode & 0o077:
        folder.chmod(0o700)


def url(name: str, default: str) -> str:
    """An absolute http(s) URL without a path, query or trailing slash."""
    value = text(name, default).rstrip("/")
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path or parts.query:
        raise ImproperlyConfigured(
            f"{name} must look like https://example.com, with no path, not {value!r}."
        )
    return value


def database(name: str, default: str) -> dict[str, object]:
    try:
        config = dict(environ.Env.db_url_config(text(name, default)))
    except Exception as error:
        raise ImproperlyConfigured(
            f"{name} must look like sqlite:////path/db.sqlite3 or"
            f" postgres://user:password@host:5432/name ({type(error).__name__})."
        ) from None
    engine = str(config.get("ENGINE", ""))
    if not engine.endswith(("sqlite3", "postgresql")):
        raise ImproperlyConfigured(f"{name} must name a SQLite or PostgreSQL database.")
    return config


def file_storage(folder: Path) -> dict[str, object]:
    """Where stored files lie, as an entry of STORAGES: in the bucket S3_BUCKET, else in a folder.

    Without keys the library finds those of the machine's own role.
    """
    bucket, endpoint = text("S3_BUCKET", ""), text("S3_ENDPOINT_URL", "")
    if not bucket:
        options: dict[str, object] = {"location": folder, "file_permissions_mode": 0o600}
        return {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": options}
    key, secret = text("S3_ACCESS_KEY_ID", ""), text("S3_SECRET_ACCESS_KEY", "")
    if bool(key) != bool(secret):
        raise ImproperlyConfigured(
            "Set both S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY, or neither."
        )
    options = {
        "bucket_name": bucket,
        "location": text("S3_FOLDER", "").strip("/"),
        "region_name": text("S3_REGION", "") or None,
        "endpoint_url": endpoint or None,
        "access_key": key or None,
        "secret_key": secret or None,
        "addressing_style": "path" if endpoint else "auto",
        "signature_version": "s3v4",
        "file_overwrite": False,
        "max_memory_size": 1_000_000,
    }
    return {"BACKEND": "waproject.core.files.bucket.Bucket", "OPTIONS": options}


def email(name: str) -> dict[str, object]:
    """Django's settings EMAIL_… for a server or for files; for files where it is not set."""
    value = text(name, "")
    if not value:
        return {"EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend"}
    try:
        config = environ.Env.email_url_config(value)
    except Exception:  # it may hold the password, and so would the error
        config = {"EMAIL_BACKEND": "", "EMAIL_HOST": ""}
    if config["EMAIL_BACKEND"].endswith(".filebased.EmailBackend") and config["EMAIL_FILE_PATH"]:
        return {name: config[name] for name in ("EMAIL_BACKEND", "EMAIL_FILE_PATH")}
    if not config["EMAIL_BACKEND"].endswith(".smtp.EmailBackend") or not config["EMAIL_HOST"]:
        raise ImproperlyConfigured(
            f"{name} must look like smtp+tls://user:password@host:587, with special characters of"
            " the password written as in an address (%40 for @), or like filemail:////folder."
        )
    usual = 465 if config.get("EMAIL_USE_SSL") else 587 if config.get("EMAIL_USE_TLS") else 25
    config["EMAIL_PORT"] = config["EMAIL_PORT"] or usual
    return {
        name: value or ""
        for name, value in config.items()
        if name.startswith("EMAIL_") and name != "EMAIL_FILE_PATH"
    }


def region(name: str, default: str) -> str:
    value = text(name, default).upper()
    if value not in phonenumbers.SUPPORTED_REGIONS:
        raise ImproperlyConfigured(f"{name} must be a country code such as CL, not {value!r}.")
    return value


def currency(name: str, default: str) -> str:
    value = text(name, default).upper()
    if not re.fullmatch(r"[A-Z]{3}", value):
        raise ImproperlyConfigured(f"{name} must be a currency such as CLP, not {value!r}.")
    return value


def time_zone(name: str, default: str) -> str:
    value = text(name, default)
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError):
        raise ImproperlyConfigured(
            f"{name} must be a time zone such as America/Santiago, not {value!r}."
        ) from None
    return value


def choice(name: str, default: str, allowed: tuple[str, ...]) -> str:
    value = text(name, default)
    if value not in allowed:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(allowed)}, not {value!r}.")
    return value
