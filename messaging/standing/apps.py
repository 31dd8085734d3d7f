from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StandingConfig(AppConfig):
    name = "messaging.standing"
    label = "standing"
    verbose_name = _("Senders at the provider")
