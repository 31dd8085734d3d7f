"""Encrypt all stored credentials with the first key of FIELD_ENCRYPTION_KEYS."""

from typing import Any

from cryptography.fernet import Fernet
from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from waproject.core.secrets import SecretError, models_with_secrets, rotate_all
from waproject.ops.actions import OperatorAction, log_in_each_business
from waproject.tenants.scope import all_tenants


class Command(BaseCommand):
    help = _(
        "Encrypt the stored credentials with the first key of FIELD_ENCRYPTION_KEYS; after that the"
        " other keys can be taken away. With --new: print a new key, and change nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--new", action="store_true", help=_("print a new key"))

    def handle(self, *args: Any, **options: Any) -> None:
        if options["new"]:
            self.stdout.write(Fernet.generate_key().decode())
            return
        try:
            with all_tenants():
                written = sum(map(rotate_all, models_with_secrets(apps.get_models())))
                written += sum(import_string(path)() for path in settings.SECRET_ROTATORS)
        except SecretError as error:
            raise CommandError(str(error)) from None
        log_in_each_business(OperatorAction.ROTATE_KEYS, "rotate_keys", count=written)
        done = ngettext(
            "The credentials of %(count)d row are encrypted with the first key.",
            "The credentials of %(count)d rows are encrypted with the first key.",
            written,
        )
        self.stdout.write(done % {"count": written})
