"""The project's backend for PostgreSQL, with a test database that the suite sees as the site does.

A superuser passes row-level security by, and a suite that runs as one tests no policy. So the test
database belongs to a plain role, and the suite works with it, whoever DATABASE_URL logs in as.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.backends.postgresql.creation import DatabaseCreation
from django.db.backends.utils import CursorWrapper

from waproject.tenants.postgresql import base
from waproject.tenants.scope import all_tenants

ROLE = "waproject_suite"

# Several processes of a suite may ask for the role at once.
_MAKE_ROLE = f"""
    DO $$ BEGIN
        CREATE ROLE {ROLE} NOSUPERUSER NOBYPASSRLS;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
    END $$
"""


class SuiteDatabaseCreation(DatabaseCreation):
    def sql_table_creation_suffix(self) -> str:
        return f"{super().sql_table_creation_suffix()} OWNER {ROLE}"

    def _create_test_db(self, *args: Any, **kwargs: Any) -> str:
        with self._nodb_cursor() as cursor:
            cursor.execute(_MAKE_ROLE)
        name: str = super()._create_test_db(*args, **kwargs)
        self.connection.settings_dict["OPTIONS"]["assume_role"] = ROLE
        return name

    @contextmanager
    def _nodb_cursor(self) -> Iterator[CursorWrapper]:
        """A cursor of the role of DATABASE_URL, which may make and drop databases."""
        options = self.connection.settings_dict["OPTIONS"]
        assumed = options.pop("assume_role", None)
        with super()._nodb_cursor() as cursor:
            yield cursor
        if assumed:
            options["assume_role"] = assumed

    # The rows that tests with real transactions begin with are those of the whole database.
    def serialize_db_to_string(self) -> str:
        with all_tenants():
            return str(super().serialize_db_to_string())

    def deserialize_db_from_string(self, data: str) -> None:
        with all_tenants():
            super().deserialize_db_from_string(data)


class DatabaseWrapper(base.DatabaseWrapper):
    creation_class = SuiteDatabaseCreation
