"""The laboratory: the simulated provider, the demonstration, the bench and the fault harness."""

from django.apps import AppConfig


class LabConfig(AppConfig):
    name = "waproject.lab"
    label = "lab"
