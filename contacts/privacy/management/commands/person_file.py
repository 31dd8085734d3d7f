"""`manage.py person_file`: all that is held of a person, in a ZIP archive for them."""

from typing import BinaryIO

from django.utils.translation import gettext as _

from contacts.models import Contact
from contacts.privacy.actions import PrivacyAction
from contacts.privacy.commands import DocumentCommand
from contacts.privacy.disclosure import disclose
from waproject.accounts.actors import Actor


class Command(DocumentCommand):
    help = _("Write all that is held of a person to a ZIP archive, for themselves.")
    action = PrivacyAction.DISCLOSE

    def write(self, contact: Contact, file: BinaryIO, *, by: Actor) -> None:
        disclose(contact, file, by=by)
