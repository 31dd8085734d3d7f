"""The workers as an app: the table of clusters, two commands, and the heartbeat files."""

import os

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from waproject.workers.processes.parent_death import kill_forks_with_their_parents


class WorkersConfig(AppConfig):
    name = "waproject.workers"
    label = "workers"
    verbose_name = _("Workers")

    def ready(self) -> None:
        from waproject.workers import origins  # noqa: F401  says where operations come from
        from waproject.workers.clusters import heartbeat_files

        heartbeat_files.follow_jobs()
        if heartbeat_files.VARIABLE in os.environ:
            kill_forks_with_their_parents()
