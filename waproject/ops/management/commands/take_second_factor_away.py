"""Let a user in who lost their second factor: they set up another one."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from waproject.accounts.actors import Actor
from waproject.accounts.models import User
from waproject.accounts.signin.actions import HelpAction
from waproject.accounts.signin.helping import take_second_factor_away
from waproject.audit.commands import ActingCommand


class Command(ActingCommand):
    help = _("Take the second factor of a user away, who lost it, and end the user's sessions.")
    needs = (HelpAction.FACTOR_TAKEN_AWAY.permission,)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("user", help=_("the name with which the user logs in"))

    def act(self, by: Actor, options: dict[str, Any]) -> None:
        user = User.objects.filter(username=options["user"]).first()
        if user is None:
            raise CommandError(_("There is no user “%(name)s”.") % {"name": options["user"]})
        if not take_second_factor_away(user, by=by):
            raise CommandError(_("This user has no second factor."))
        self.stdout.write(_("Taken away. The user sets up another one at the next log-in."))
