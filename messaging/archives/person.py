"""What archives say on the page of a person: how many there are, and how to make one."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from contacts.models import Contact
from contacts.permissions import SEE_ADDRESSES, SEE_PEOPLE
from contacts.person.own import list_of
from contacts.person.parts import Act, Facts, Part, Record
from messaging.archives.actions import MAKE_ARCHIVES, SEE_ARCHIVES
from messaging.archives.models import ConversationArchive


def _facts(contact: Contact, user: Any) -> Facts:
    if not user.has_perm(SEE_ARCHIVES):
        return Facts()
    count = ConversationArchive.objects.filter(contact=contact).count()
    acts = []
    if user.has_perms([MAKE_ARCHIVES, SEE_PEOPLE, SEE_ADDRESSES]):
        url = reverse("admin:archives_conversationarchive_make", args=[contact.pk])
        acts = [Act(_("Archive the conversation"), url, "export")]
    return Facts(
        records=[Record(_("Archives"), list_of(ConversationArchive, contact), count)], acts=acts
    )


PART = Part(sources=(), facts=_facts)
