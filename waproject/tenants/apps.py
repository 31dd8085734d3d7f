from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class TenantsConfig(AppConfig):
    name = "waproject.tenants"
    label = "tenants"
    verbose_name = _("Businesses")

    def ready(self) -> None:
        from waproject.tenants import checks  # noqa: F401  registers the system checks
        from waproject.tenants.operations import ensure_first_tenant
        from waproject.tenants.sqlite.planner import describe_tenant_indexes

        post_migrate.connect(ensure_first_tenant, sender=self)
        post_migrate.connect(describe_tenant_indexes, sender=self)
