"""What serves no customer: the simulated provider, the demonstration, bench and faults."""

from django.apps import AppConfig


class LabConfig(AppConfig):
    name = "waproject.lab"
    label = "lab"
