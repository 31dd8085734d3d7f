"""What files say on the page of a person: how many there are, as a link to them."""

from typing import Any

from django.utils.translation import gettext as _

from contacts.models import Contact
from contacts.person.own import list_of
from contacts.person.parts import Facts, Part, Record
from messaging.files.actions import SEE_FILES
from messaging.files.models import StoredFile


def _facts(contact: Contact, user: Any) -> Facts:
    if not user.has_perm(SEE_FILES):
        return Facts()
    count = StoredFile.objects.filter(contact=contact).count()
    return Facts(records=[Record(_("Files"), list_of(StoredFile, contact), count)])


PART = Part(sources=(), facts=_facts)
