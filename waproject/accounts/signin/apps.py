from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SigninConfig(AppConfig):
    name = "waproject.accounts.signin"
    label = "signin"
    verbose_name = _("Log-ins")

    def ready(self) -> None:
        from waproject.accounts.signin import checks, events, sessions  # noqa: F401  register
