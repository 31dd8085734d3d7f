"""`manage.py consent_proof`: each change of a person's consent with its evidence, as a PDF."""

from typing import BinaryIO

from django.utils.translation import gettext as _

from contacts.models import Contact
from contacts.privacy.commands import DocumentCommand
from messaging.actions import ConsentProofAction
from messaging.privacy.consent_proof import prove_consent
from waproject.accounts.actors import Actor


class Command(DocumentCommand):
    help = _("Write the proof of a person's consent, with its evidence, to a PDF.")
    action = ConsentProofAction.MAKE

    def write(self, contact: Contact, file: BinaryIO, *, by: Actor) -> None:
        prove_consent(contact, file, by=by)
