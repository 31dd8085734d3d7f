"""Commands about one person: how they say which, and where what they make of them is written."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, ClassVar

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from contacts.models import Contact
from contacts.permissions import SEE_ADDRESSES, SEE_PEOPLE
from contacts.phones import PhoneError, parse_phone
from waproject.accounts.actors import Actor
from waproject.audit.acting import Action
from waproject.audit.commands import ActingCommand


def add_person(parser: CommandParser) -> None:
    """Add `--contact ID` and `--phone PHONE`, of which one is needed."""
    who = parser.add_mutually_exclusive_group(required=True)
    who.add_argument("--contact", type=int, metavar="ID")
    who.add_argument("--phone", help=_("in any spelling"))


def chosen_person(options: dict[str, Any]) -> int:
    """The id of the contact that the options name. CommandError says why there is none."""
    if options["contact"]:
        return int(options["contact"])
    try:
        found = Contact.objects.with_phones([parse_phone(options["phone"])]).first()
    except PhoneError as error:
        raise CommandError(str(error)) from None
    if found is None:
        raise CommandError(_("There is no contact with this phone."))
    return found.pk


class DocumentCommand(ActingCommand):
    """Writes a document about one person to a file. A subclass names its action, and writes."""

    action: ClassVar[Action]

    def add_arguments(self, parser: CommandParser) -> None:
        add_person(parser)
        parser.add_argument("--output", type=Path, required=True, metavar="FILE")

    def needed(self, options: dict[str, Any]) -> Sequence[str]:
        return [self.action.permission, SEE_PEOPLE, SEE_ADDRESSES]

    def act(self, by: Actor, options: dict[str, Any]) -> None:
        contact = Contact.objects.filter(pk=chosen_person(options)).first()
        if contact is None:
            raise CommandError(_("There is no such contact."))
        with private_file(options["output"]) as file:
            self.write(contact, file, by=by)
        self.stdout.write(_("Written to %(file)s.") % {"file": options["output"]})

    def write(self, contact: Contact, file: BinaryIO, *, by: Actor) -> None:
        """Write the document, and the event of it."""
        raise NotImplementedError


@contextmanager
def private_file(path: Path) -> Iterator[BinaryIO]:
    """A new file for its owner alone. CommandError says why there can be none."""
    try:
        with open(path, "xb", opener=_private) as file:
            yield file
    except OSError as error:
        words = {"file": path, "why": error.strerror}
        raise CommandError(_("Cannot write %(file)s: %(why)s.") % words) from error


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
