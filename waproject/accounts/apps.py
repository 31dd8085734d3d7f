from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "waproject.accounts"
    label = "accounts"
    verbose_name = _("Users")

    def ready(self) -> None:
        from waproject.accounts import checks, logins  # noqa: F401  register themselves
