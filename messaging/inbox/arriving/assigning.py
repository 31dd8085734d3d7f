"""Gives a new conversation to somebody by itself, by the rules (an inbound handler)."""

from collections.abc import Mapping, Sequence

from django.utils import timezone

from messaging.inbound.types import Inbound, Reply
from messaging.inbox.giving.rules import chosen_for
from messaging.inbox.models import Entry, EntryKind
from messaging.models import Conversation
from waproject.accounts.models import User


def assign_new(arrived: Sequence[Inbound]) -> Mapping[Inbound, Reply]:
    """Choose who gets the conversations that nobody has. It answers nothing.

    The choice is written with the conversation (messaging.inbound.store), unless somebody took it
    meanwhile. Spam is given to nobody.
    """
    free = [one for one in arrived if _is_free(one.conversation)]
    entries = []
    for one, to in zip(free, chosen_for([one.contact.pk for one in free]), strict=True):
        if to is not None:
            one.conversation.assignee_id = to.pk
            entries.append(_entry(one, to))
    Entry.objects.bulk_create(entries)
    return {}


def _is_free(talk: Conversation) -> bool:
    return talk.assignee_id is None and talk.status != Conversation.Status.SPAM


def _entry(one: Inbound, to: User) -> Entry:
    name = to.get_full_name() or to.get_username()
    return Entry(
        conversation=one.conversation,
        kind=EntryKind.ASSIGNED,
        data={"to": {"id": to.pk, "name": name}},
        at=timezone.now(),
    )
