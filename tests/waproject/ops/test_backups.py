"""A backup is made by the script, and restored into a database and a folder of its own."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from cryptography.fernet import Fernet
from django.conf import settings

from tests.installation import environment_for, run_manage
from waproject.ops.sealing import fingerprint

pytestmark = [pytest.mark.slow, pytest.mark.process]

KEY, OTHER = Fernet.generate_key().decode(), Fernet.generate_key().decode()
# What the scripts below do, they do for the one business of a new installation.
SCOPE = """
from waproject.tenants.models import Tenant
from waproject.tenants.scope import in_tenant
scope = in_tenant(Tenant.objects.get().pk)
scope.__enter__()
"""
FILL = """
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from campaigns.models import Campaign, Launch
from contacts.models import Contact
from messaging.models import Sender, Template
from optouts.operations import opt_out
from waproject.core.jobs.models import Job
contact = Contact.objects.create(phone="+56975400946", name="Juan Pérez")
opt_out(contact, reason="manual")
sender = Sender.objects.create(name="Automotora", channel="whatsapp", address="+56220000000")
template = Template.objects.create(name="promo")
for status in ("active", "scheduled", "completed"):
    Campaign.objects.create(name=status, status=status, sender=sender, template=template)
launching = Campaign.objects.create(
    name="launching", status="launching", sender=sender, template=template
)
under_way = {"accept_warnings": True, "cursor": 0, "last_contact": 9}
job = Job.objects.create(kind="launch", title="launching", lease_expires_at=timezone.now())
Launch.objects.create(campaign=launching, job=job, **under_way)
default_storage.save("imports/lista.csv", ContentFile(b"telefono"))
"""
SHOW = """
from django.core.files.storage import default_storage
from campaigns.models import Campaign
from contacts.models import Contact
from optouts.models import OptOut
for campaign in Campaign.objects.order_by("name"):
    print(campaign.name, campaign.status)
print(Contact.objects.get().name, OptOut.objects.get().phone)
print(default_storage.open("imports/lista.csv").read().decode())
"""
TOMORROW = """
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
MigrationRecorder(connection).record_applied("contacts", "0999_of_tomorrow")
"""
TODAY = TOMORROW.replace("record_applied", "record_unapplied")
TABLES = """
from django.db import connection
print(connection.introspection.table_names())
"""
# Stored files go into a folder of the installation's own, and not into the project's.
SETTINGS = """
from pathlib import Path
from waproject.settings import *
PRIVATE_ROOT = Path(__file__).parent / "private"
STORAGES["default"]["OPTIONS"]["location"] = PRIVATE_ROOT
"""


class Site:
    """An installation with a database and stored files of its own."""

    def __init__(self, folder: Path, database_url: str) -> None:
        folder.mkdir()
        (folder / "settings_of_the_test.py").write_text(SETTINGS)
        self.environment = {
            **environment_for(database_url),
            "DJANGO_SETTINGS_MODULE": "settings_of_the_test",
            "PYTHONPATH": str(folder),
            "PYTHON": sys.executable,
            "FIELD_ENCRYPTION_KEYS": KEY,
        }

    def manage(self, *arguments: str) -> list[str]:
        return run_manage(*arguments, environment=self.environment).stdout.splitlines()

    def refuses(self, *arguments: str) -> str:
        finished = run_manage(*arguments, environment=self.environment, succeeds=False)
        return finished.stderr.strip()

    def back_up(self, folder: Path) -> Path:
        subprocess.run(
            [settings.BASE_DIR / "deploy" / "backup", folder],
            env=self.environment,
            check=True,
            capture_output=True,
        )
        return next(folder.glob("waproject-*.backup"))


@contextmanager
def empty_database(folder: Path) -> Iterator[str]:
    """The URL of a new database of the kind that this run of the suite is on."""
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        yield f"sqlite:///{folder / 'db.sqlite3'}"
        return
    name = f"backup_{uuid4().hex}"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        yield f"{url.rpartition('/')[0]}/{name}"
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def full(tmp_path_factory) -> Iterator[Site]:
    """An installation with data."""
    folder = tmp_path_factory.mktemp("full")
    with empty_database(folder) as url:
        site = Site(folder / "site", url)
        site.manage("migrate", "-v0")
        site.manage("shell", "-v0", "-c", SCOPE + FILL)
        yield site


@pytest.fixture(scope="module")
def backup(full: Site, tmp_path_factory) -> Path:
    """What the script makes of it."""
    return full.back_up(tmp_path_factory.mktemp("backups"))


@pytest.fixture
def new(tmp_path: Path) -> Iterator[Site]:
    """An installation that has nothing yet."""
    with empty_database(tmp_path) as url:
        yield Site(tmp_path / "site", url)


def test_backup_is_restored_whole_and_lets_no_campaign_go_on(backup: Path, new: Site):
    said = new.manage("restore", str(backup))

    held = ["active", "launching", "scheduled"]
    assert said[:3] == [f"No longer running: {name}" for name in held]
    assert new.manage("check_integrity") == ["No problem found."]
    assert new.manage("shell", "-v0", "-c", SCOPE + SHOW) == [
        "active paused",
        "completed completed",
        "launching draft",
        "scheduled draft",
        "Juan Pérez +56975400946",
        "telefono",
    ]


def test_backup_can_be_read_by_its_owner_alone_and_leaves_nothing_else(backup: Path):
    assert (oct(backup.stat().st_mode & 0o777), list(backup.parent.iterdir())) == (
        "0o600",
        [backup],
    )


def test_restore_refuses_a_database_that_is_not_empty(full: Site, backup: Path):
    assert full.refuses("restore", str(backup)) == (
        "CommandError: The database is not empty."
        " Name a new one in DATABASE_URL, and keep the old one."
    )


def test_restore_refuses_what_is_no_backup(new: Site, tmp_path: Path):
    file = tmp_path / "list.csv"
    file.write_text("telefono")

    assert new.refuses("restore", str(file)) == f"CommandError: {file} is not a backup."


def test_restore_with_another_key_says_which_is_needed_and_changes_nothing(
    full: Site, new: Site, backup: Path
):
    needed = fingerprint(KEY)
    new.environment["FIELD_ENCRYPTION_KEYS"] = OTHER

    refused = new.refuses("restore", str(backup))

    assert refused == (
        f"CommandError: {backup} is encrypted with the key {needed}, and FIELD_ENCRYPTION_KEYS has"
        f" {fingerprint(OTHER)}. Add that key to the end; nothing was changed."
    )
    new.environment["FIELD_ENCRYPTION_KEYS"] = f"{OTHER},{KEY}"
    assert new.manage("restore", "--check", str(backup)) == [
        "The backup is whole: 2 files. Nothing was changed."
    ]


def test_restore_refuses_a_backup_of_a_later_version_and_changes_nothing(
    full: Site, new: Site, tmp_path: Path
):
    full.manage("shell", "-v0", "-c", TOMORROW)
    later = full.back_up(tmp_path / "backups")
    full.manage("shell", "-v0", "-c", TODAY)

    assert new.refuses("restore", str(later)) == (
        "CommandError: The backup is of a later version: this code has no"
        " contacts.0999_of_tomorrow. Restore it with the code that made it."
    )
    assert new.manage("shell", "-v0", "-c", TABLES) == ["[]"]
