"""What must be true of an installation before its processes start."""

import secrets
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command


def run_folder() -> Path:
    """Where the stack keeps its lock and journals: beside an SQLite database, else `var/`."""
    database = settings.DATABASES["default"]
    if str(database["ENGINE"]).endswith("sqlite3"):
        return Path(str(database["NAME"])).parent
    return settings.VAR_DIR


def prepare_database() -> None:
    call_command("migrate", interactive=False, verbosity=0)


def prepare_static_files() -> None:
    """Collect the static files, unless DEBUG serves them from where they are."""
    if not settings.DEBUG:
        call_command("collectstatic", interactive=False, verbosity=0)


def make_first_user() -> str | None:
    """Make the superuser `admin` when there is no user yet; return the password, else None."""
    users = get_user_model()._default_manager
    if users.exists():
        return None
    password = secrets.token_urlsafe(12)
    users.create_superuser("admin", password=password)
    return password
