"""The database's roles as compose.yaml makes them: PostgreSQL alone."""

import os
import subprocess
from collections.abc import Iterator
from urllib.parse import urlsplit

import psycopg
import pytest

from tests.deploy.deployed import DEPLOY, manage

pytestmark = [pytest.mark.process, pytest.mark.slow]

ROLE = "waproject_roles_test"


@pytest.fixture
def databases() -> Iterator[tuple[str, str]]:
    """A database as compose.yaml begins it: its URL for its owner, and that for the site."""
    server = urlsplit(os.environ["DATABASE_URL"])
    with psycopg.connect(server._replace(path="/postgres").geturl(), autocommit=True) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {ROLE} WITH (FORCE)")
        admin.execute(f"DROP ROLE IF EXISTS {ROLE}")
        admin.execute(f"CREATE DATABASE {ROLE}")
        owner = server._replace(path=f"/{ROLE}")
        _run_roles(owner.hostname or "", owner.port or 5432, owner.username or "", ROLE)
        netloc = f"{ROLE}:secreto@{owner.hostname}:{owner.port or 5432}"
        assert manage(owner.geturl(), "migrate", "--noinput")[0] == 0
        yield owner.geturl(), owner._replace(netloc=netloc).geturl()
        admin.execute(f"DROP DATABASE {ROLE} WITH (FORCE)")
        admin.execute(f"DROP ROLE {ROLE}")


def _run_roles(host: str, port: int, user: str, database: str) -> None:
    given = {"POSTGRES_USER": user, "POSTGRES_DB": database, "POSTGRES_PASSWORD": "secreto"}
    where = {"PGHOST": host, "PGPORT": str(port), "SITE_ROLE": ROLE}
    subprocess.run(["sh", DEPLOY / "roles.sh"], env={**os.environ, **given, **where}, check=True)


def test_the_site_works_with_the_role_that_is_made_for_it_and_not_with_the_owner(databases):
    owner, site = databases

    refused, sentence = manage(owner, "check", "--deploy", "--fail-level", "WARNING")
    accepted, said = manage(site, "check", "--deploy", "--fail-level", "WARNING")
    policies, _said = manage(site, "check", "--database", "default")

    assert (refused, "waproject.E012" in sentence) == (1, True)
    assert (accepted, policies) == (0, 0), said
    with psycopg.connect(site) as connection:
        seen = "SELECT count(*) FROM opt_out_phrases"
        assert connection.execute(seen).fetchone() == (0,)
        connection.execute("SET app.tenant_id = '1'")
        [[phrases]] = connection.execute(seen).fetchall()
        assert phrases > 20
        connection.execute("UPDATE opt_out_phrases SET text = text")
        connection.execute("SELECT refresh_statistics(ARRAY['contacts'])")
