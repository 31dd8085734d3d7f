"""What operators run: backups, checks of the whole database, merges."""

from django.apps import AppConfig


class OpsConfig(AppConfig):
    name = "waproject.ops"
    label = "ops"
