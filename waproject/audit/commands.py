"""What a management command begins with that does an operation."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from waproject.accounts.actors import SYSTEM, Actor, permit, user_of
from waproject.accounts.models import User
from waproject.accounts.states import AccountStatus
from waproject.audit.origins import origin
from waproject.core.readers import read_by
from waproject.tenants.commands import TenantCommand


class ActingCommand(TenantCommand):
    """A command that acts as the system or, with `--as NAME`, as a user and with their rights.

    A subclass names what a user `needs`, adds its arguments in `add_arguments`, and does its work
    in `act`. What it prints for a user is masked as on a page.
    """

    needs: ClassVar[tuple[str, ...]] = ()

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser: CommandParser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.add_argument(
            "--as",
            dest="as_user",
            metavar="USER",
            help=_("act as this user, with this user's permissions; else as the system"),
        )
        return parser

    def handle(self, *args: Any, **options: Any) -> None:
        name = type(self).__module__.rpartition(".")[2]
        by = _actor(options["as_user"])
        with origin(f"command {name}"), read_by(user_of(by)):
            try:
                permit(by, *self.needed(options))
                self.act(by, options)
            except PermissionDenied as refusal:
                raise CommandError(str(refusal)) from None

    def needed(self, options: dict[str, Any]) -> Sequence[str]:
        """The permissions that a user needs for these options, as has_perm takes them."""
        return self.needs

    def act(self, by: Actor, options: dict[str, Any]) -> None:
        """Do the operation as `by`. CommandError says why not."""
        raise NotImplementedError


def _actor(username: str | None) -> Actor:
    if not username:
        return SYSTEM
    active = User.objects.filter(account_status=AccountStatus.ACTIVE)
    user = active.filter(username=username).first()
    if user is None:
        raise CommandError(_("There is no active user “%(name)s”.") % {"name": username})
    return user
