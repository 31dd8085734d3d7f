from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OptOutsConfig(AppConfig):
    name = "optouts"
    verbose_name = _("Opt-outs")
