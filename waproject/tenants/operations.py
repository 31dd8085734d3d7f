"""Making tenants."""

from typing import Any

from django.apps import AppConfig, apps
from django.conf import settings
from django.db import connections, transaction
from django.utils import translation
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from waproject.tenants.models import Tenant
from waproject.tenants.scope import in_tenant


@transaction.atomic
def create_tenant(*, name: str, slug: str) -> Tenant:
    """Make a business with all that it starts with (settings.NEW_TENANT_STEPS).

    Raises ValidationError for a short name that is taken or no short name.
    """
    tenant = Tenant(name=name, slug=slug)
    tenant.full_clean()
    tenant.save()
    with in_tenant(tenant.pk):
        for step in settings.NEW_TENANT_STEPS:
            import_string(step)()
    return tenant


def ensure_first_tenant(app_config: AppConfig, using: str, **_kwargs: Any) -> None:
    """Make the first business, once all tables are there; called after every migrate."""
    tables = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    with connections[using].cursor() as cursor:
        present = connections[using].introspection.table_names(cursor)
    if tables <= {*present} and not Tenant.objects.exists():
        with translation.override(settings.LANGUAGE_CODE):  # `migrate` itself speaks English
            create_tenant(name=_("My business"), slug="main")
