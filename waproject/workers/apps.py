"""The workers as an app: the table of clusters, two commands, and their signs of life."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkersConfig(AppConfig):
    name = "waproject.workers"
    label = "workers"
    verbose_name = _("Workers")

    def ready(self) -> None:
        from waproject.workers import pulse

        pulse.follow_jobs()
