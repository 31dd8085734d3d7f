"""The project as an app (checks, commands, tick) and its admin site."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class WaprojectConfig(AppConfig):
    name = "waproject"

    def ready(self) -> None:
        from waproject import checks  # noqa: F401  registers the system checks


class WaAdminConfig(AdminConfig):
    default_site = "waproject.admin_site.WaAdminSite"
