"""The project as an app (checks, commands, tick) and its admin site."""

from axes.apps import AppConfig as AxesConfig
from django.apps import AppConfig, apps
from django.contrib.admin.apps import AdminConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from waproject.core.exports import light_tablib

light_tablib.register()


class WaprojectConfig(AppConfig):
    name = "waproject"

    def ready(self) -> None:
        from waproject.site import checks  # noqa: F401  registers the system checks
        from waproject.workers.tick import ensure_schedule

        # The schedule is a row of django-q2's table, so it is made once that table is.
        post_migrate.connect(ensure_schedule, sender=apps.get_app_config("django_q"))


class WaAdminConfig(AdminConfig):
    default_site = "waproject.site.admin_site.WaAdminSite"

    def ready(self) -> None:
        super().ready()  # autodiscover: the packages' pages are there to be replaced
        from waproject.site import logins  # noqa: F401  registers its page
        from waproject.site.pages import business  # noqa: F401  registers its page
        from waproject.site.pages.queue import replace_queue_pages

        replace_queue_pages()


class LoginsConfig(AxesConfig):
    verbose_name = _("Log-ins")
