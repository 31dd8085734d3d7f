"""Prepares an installation before its processes start."""

import hashlib
import secrets
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.utils.translation import gettext as _

from messaging.standing.models import Standing
from waproject.tenants.scope import all_tenants
from waproject.workers.processes.lock import taking_turns


def prepare_database() -> None:
    call_command("migrate", interactive=False, verbosity=0)


def prepare_static_files() -> bool:
    """Collect the static files if they changed; return whether that was needed.

    A server that runs meanwhile would miss a file while it is replaced, so nothing is replaced
    without need. With DEBUG the files are served from where they are.
    """
    if settings.DEBUG:
        return False
    root = Path(settings.STATIC_ROOT)
    stamp = root.with_suffix(".collected")
    with taking_turns(root.with_suffix(".lock")):
        wanted = _fingerprint_of_static_files()
        if root.is_dir() and stamp.exists() and stamp.read_text(encoding="ascii") == wanted:
            return False
        call_command("collectstatic", interactive=False, verbosity=0)
        stamp.write_text(wanted, encoding="ascii")
    return True


def _fingerprint_of_static_files() -> str:
    """Changes when a file is added, removed or written."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list(None):
            file = Path(storage.path(name)).stat()
            digest.update(f"{name} {file.st_size} {file.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def forget_standings() -> None:
    """Forget what a former simulator said of senders: this one is asked as soon as it answers.

    The former one knew another address of the site, and a page would warn of that.
    """
    with all_tenants():
        Standing.objects.all().delete()


def greet_first_user() -> str:
    """Make the first user when there is none yet; a sentence with the password, or ""."""
    password = make_first_user()
    if not password:
        return ""
    return _("A first user was made. Name: admin   Password: %(password)s   (shown only once)") % {
        "password": password
    }


def make_first_user() -> str | None:
    """Make the superuser `admin` when there is no user yet; return the password, else None."""
    users = get_user_model()._default_manager
    if users.exists():
        return None
    password = secrets.token_urlsafe(12)
    users.create_superuser("admin", password=password)
    return password
