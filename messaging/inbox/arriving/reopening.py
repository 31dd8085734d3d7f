"""Notes in a resolved conversation that the person wrote again (an inbound handler)."""

from collections.abc import Mapping, Sequence

from messaging.inbound.types import Inbound, Reply
from messaging.inbox.models import Entry, EntryKind
from messaging.models import Conversation


def note_reopened(arrived: Sequence[Inbound]) -> Mapping[Inbound, Reply]:
    """Leave an entry where a message opens a resolved conversation. It answers nothing.

    The conversations are as they were before these messages.
    """
    resolved = Conversation.Status.RESOLVED
    entries = [
        Entry(conversation=one.conversation, kind=EntryKind.REOPENED, at=one.message.created_at)
        for one in arrived
        if one.conversation.status == resolved
    ]
    if entries:
        Entry.objects.bulk_create(entries)
    return {}
