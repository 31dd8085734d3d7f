"""`manage.py erase_person`: nothing that tells who a person is stays."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from contacts.models import Contact
from contacts.permissions import SEE_PEOPLE
from contacts.privacy.actions import ErasureReason, PrivacyAction
from contacts.privacy.commands import add_person, chosen_person
from contacts.privacy.erasing import erase, preview
from contacts.privacy.subjects import CannotErase
from waproject.accounts.actors import Actor
from waproject.audit.commands import ActingCommand


class Command(ActingCommand):
    help = _("Erase a person for good. Campaigns keep their numbers, an opt-out stays as a hash.")
    needs = (PrivacyAction.ERASE.permission, SEE_PEOPLE)

    def add_arguments(self, parser: CommandParser) -> None:
        add_person(parser)
        parser.add_argument("--reason", choices=ErasureReason.values, default=ErasureReason.REQUEST)
        parser.add_argument(
            "--dry-run", action="store_true", help=_("say what would go, and change nothing")
        )

    def act(self, by: Actor, options: dict[str, Any]) -> None:
        contact_id = chosen_person(options)
        try:
            if options["dry_run"]:
                gone = preview(contact_id, by=by)
            else:
                gone = erase(contact_id, by=by, reason=options["reason"])
        except Contact.DoesNotExist:
            raise CommandError(_("There is no such contact.")) from None
        except CannotErase as error:
            raise CommandError(str(error)) from None
        for kind, count in gone.rows.items():
            self.stdout.write(f"{kind}: {count}")
        files = _("files: %(imports)d imports, %(exports)d exports")
        self.stdout.write(files % {"imports": gone.imports, "exports": gone.exports})
