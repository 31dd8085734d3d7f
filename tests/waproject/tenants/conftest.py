import pytest

from waproject.tenants.models import Tenant
from waproject.tenants.operations import create_tenant


@pytest.fixture
def other_tenant(tenant: Tenant) -> Tenant:
    """A second business beside the one whose scope the test runs in."""
    return create_tenant(name="Otra automotora", slug="otra")
