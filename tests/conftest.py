"""Fixtures that give the smallest valid object of each kind."""

import gc
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import hypothesis
import pytest
from django.db import connection
from django.db.backends.base.creation import TEST_DATABASE_PREFIX
from django.test import Client
from django.utils import translation

from campaigns.models import Campaign
from contacts.models import Contact
from messaging.approvals.following import new_template
from messaging.models import Sender, Template
from messaging.texts.sending import forget_versions
from tests.append_only import allow_truncate
from tests.factories.users import browser_of, permit_only
from tests.installation import environment_for, run_manage
from tests.layers import no_stray_processes, pytest_collection_modifyitems  # noqa: F401
from tests.migrated import copied_where_known
from tests.sending import active, fill  # noqa: F401
from tests.simulation import simulate, simulator  # noqa: F401
from tests.transactions import keep_no_text, keep_rows, pytest_runtest_teardown  # noqa: F401
from waproject.accounts.actors import SYSTEM
from waproject.accounts.models import User
from waproject.core import gc_tuning
from waproject.tenants.models import Tenant
from waproject.tenants.preferences import remember
from waproject.tenants.scope import in_tenant

# A busy machine is slow, not wrong.
hypothesis.settings.register_profile("suite", deadline=None)
hypothesis.settings.load_profile("suite")


def pytest_collection_finish() -> None:
    """Keep the collector from walking all modules and tests each time: that takes 0.15 s.

    What a test leaves behind is small: it is walked after 20,000 objects in place of 700.
    """
    gc.collect()
    gc_tuning.freeze()
    gc.set_threshold(20_000, 20, 100)


@pytest.fixture(scope="session")
def stored_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("stored")


@pytest.fixture(autouse=True)
def private_files(settings, stored_files: Path) -> Path:
    """Stored files go to a folder of the test's own, which is made when a file is stored."""
    settings.PRIVATE_ROOT = stored_files / uuid4().hex
    settings.KEPT_MESSAGES_FOLDER = stored_files / uuid4().hex
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": settings.PRIVATE_ROOT},
        },
    }
    return settings.PRIVATE_ROOT


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings, pytestconfig) -> Iterator[None]:
    """The suite's SQLite database is a copy of one that was migrated before, where there is one."""
    keep_no_text()
    cache = getattr(pytestconfig, "cache", None)  # not there with `-p no:cacheprovider`
    if connection.vendor != "sqlite" or cache is None:
        yield
        return
    with copied_where_known(cache.mkdir("migrated")):
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker, tmp_path_factory) -> Path | None:
    """The suite's database, and a copy of it as it is before the first test.

    To migrate another one takes three seconds. None on PostgreSQL, and when no test needs the
    suite's database: it is not made then.
    """
    name = str(connection.settings_dict["NAME"])
    with django_db_blocker.unblock():
        keep_rows()
    if connection.vendor == "postgresql" and name.startswith(TEST_DATABASE_PREFIX):
        with django_db_blocker.unblock():
            allow_truncate()
    if not (connection.vendor == "sqlite" and connection.is_in_memory_db()):
        return None
    database = tmp_path_factory.mktemp("suite") / "db.sqlite3"
    with django_db_blocker.unblock(), closing(sqlite3.connect(database)) as copy:
        connection.ensure_connection()
        connection.connection.backup(copy)
    return database


@pytest.fixture(scope="session")
def migrated(django_db_setup: Path | None, tmp_path_factory) -> Path:
    """An SQLite database with all tables, to be copied."""
    if django_db_setup:
        return django_db_setup
    database = tmp_path_factory.mktemp("migrated") / "db.sqlite3"
    run_manage("migrate", environment=environment_for(f"sqlite:///{database}"))
    with closing(sqlite3.connect(database)) as copy:
        copy.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return database


@pytest.fixture(autouse=True)
def own_language() -> Iterator[None]:
    """A request leaves its reader's language behind in the thread, for whichever test is next."""
    translation.deactivate()
    yield
    translation.deactivate()


@pytest.fixture(autouse=True)
def forgotten_versions() -> None:
    """The next test's versions of templates have the same ids."""
    forget_versions()


@pytest.fixture(autouse=True)
def tenant(request: pytest.FixtureRequest) -> Iterator[Tenant]:
    """The first business. Every test runs in its scope, and one without a database in that of 1."""
    uses_database = {"db", "transactional_db", "live_server"} & {*request.fixturenames}
    first = Tenant(pk=1)
    if uses_database or request.node.get_closest_marker("django_db"):
        request.getfixturevalue("_django_db_helper")
        first = Tenant.objects.get()
    remember(first)
    with in_tenant(first.pk):
        yield first


@pytest.fixture(autouse=True)
def deletable_events(request: pytest.FixtureRequest) -> Iterator[None]:
    """After a test with real transactions all tables are emptied, that of the audit too.

    SQLite empties by DELETE, which the audit refuses. PostgreSQL's TRUNCATE is allowed to the suite
    (tests/append_only.py).
    """
    marker = request.node.get_closest_marker("django_db")
    transactional = {"transactional_db", "live_server"}.intersection(request.fixturenames)
    if connection.vendor != "sqlite" or not (
        transactional or (marker and marker.kwargs.get("transaction"))
    ):
        yield
        return
    request.getfixturevalue("transactional_db")
    yield
    with connection.cursor() as cursor:
        cursor.execute("SELECT sql FROM sqlite_master WHERE name = 'audit_events_no_delete'")
        [refusal] = cursor.fetchone()
        cursor.execute("DROP TRIGGER audit_events_no_delete")
        cursor.execute("DELETE FROM audit_events")
        cursor.execute(refusal)


@pytest.fixture
def superuser(db) -> User:
    return User.objects.create_superuser("jefa", password="secreta")


@pytest.fixture
def boss(superuser: User, client: Client) -> Client:
    """The browser of someone who may do everything."""
    client.force_login(superuser)
    return client


@pytest.fixture
def staff(db) -> User:
    """A staff user with no permission at all."""
    return permit_only(User.objects.create_user("vendedor", password="secreta", is_staff=True))


@pytest.fixture
def allow(staff: User) -> Callable[..., Client]:
    """`allow("view_campaign")`: a browser of a staff user with these permissions and no others."""
    return lambda *codenames: browser_of(permit_only(staff, *codenames))


@pytest.fixture
def contact(db) -> Contact:
    return Contact.objects.create(phone="+56975400946", name="Juan Pérez")


@pytest.fixture
def sender(db) -> Sender:
    return Sender.objects.create(name="Automotora", channel="whatsapp", address="+56220000000")


@pytest.fixture
def template(db) -> Template:
    return new_template(
        "promo",
        by=SYSTEM,
        status=Template.Status.APPROVED,
        content_sid="HX" + "a" * 32,
        body="Hola {{nombre}}, tenemos ofertas. Responde INFO.",
        variables={"nombre": {"source": "contact.name", "fallback": "cliente"}},
    )


@pytest.fixture
def campaign(sender, template) -> Campaign:
    return Campaign.objects.create(name="Promo", sender=sender, template=template)
