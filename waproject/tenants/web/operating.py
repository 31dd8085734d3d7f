"""What the operator of the installation does with businesses. The log of each says so."""

from django.db import transaction

from waproject.accounts.actors import SYSTEM
from waproject.audit.acting import Entry, record
from waproject.tenants.models import Tenant
from waproject.tenants.operations import create_tenant
from waproject.tenants.scope import in_tenant
from waproject.tenants.web.actions import BusinessAction


@transaction.atomic
def make_business(*, name: str, slug: str) -> Tenant:
    """Make a further business. Raises ValidationError as `create_tenant` does."""
    tenant = create_tenant(name=name, slug=slug)
    _log(tenant, BusinessAction.CREATE)
    return tenant


@transaction.atomic
def list_businesses() -> list[Tenant]:
    """All businesses, for somebody who reads their names."""
    found = list(Tenant.objects.all())
    for tenant in found:
        _log(tenant, BusinessAction.LIST)
    return found


def _log(tenant: Tenant, action: BusinessAction) -> None:
    with in_tenant(tenant.pk):
        record(SYSTEM, action.value, Entry(tenant, tenant.name))
