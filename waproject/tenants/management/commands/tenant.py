"""`manage.py tenant create|list`: the businesses of this installation."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from waproject.audit.origins import origin
from waproject.tenants.web.operating import list_businesses, make_business


class Command(BaseCommand):
    help = _("Make a further business, or list those there are.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        create = actions.add_parser("create", help=_("make a business"))
        create.add_argument("slug", help=_("its short name, for --tenant: letters, digits, -, _"))
        create.add_argument("name", help=_("its name, as people read it"))
        actions.add_parser("list", help=_("list the businesses"))

    def handle(self, *, action: str, **options: Any) -> None:
        with origin("command tenant"):
            self._do(action, options)

    def _do(self, action: str, options: dict[str, Any]) -> None:
        if action == "create":
            self._create(options["slug"], options["name"])
        else:
            for tenant in list_businesses():
                self.stdout.write(f"{tenant.slug}\t{tenant.name}")

    def _create(self, slug: str, name: str) -> None:
        try:
            tenant = make_business(name=name, slug=slug)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        self.stdout.write(
            _("%(name)s is made. Give it users on their pages, and an account and a sender.")
            % {"name": tenant.name}
        )
