import pytest
from django.conf import settings

from waproject.tenants.models import Tenant
from waproject.tenants.operations import create_tenant

# SQLite has no row-level security.
ON_SQLITE = "sqlite" in settings.DATABASES["default"]["ENGINE"]
collect_ignore = (
    ["test_policies.py", "test_statements.py"] if ON_SQLITE else ["test_sqlite_planner.py"]
)


@pytest.fixture
def other_tenant(db, tenant: Tenant) -> Tenant:
    """A second business beside the one whose scope the test runs in."""
    return create_tenant(name="Otra automotora", slug="otra")
