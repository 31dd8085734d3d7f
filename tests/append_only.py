"""Tables that PostgreSQL never empties, but between tests with real transactions."""

from django.db import connection

TABLES = ("audit_events", "consent_events", "status_history", "template_versions")


def allow_truncate() -> None:
    """Let the suite empty all tables of its database, which it does by TRUNCATE."""
    _alter("DISABLE")


def refuse_truncate() -> None:
    """As in every other database. A test does this in its transaction, which is rolled back."""
    _alter("ENABLE")


def _alter(what: str) -> None:
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} {what} TRIGGER {table}_no_truncate")
