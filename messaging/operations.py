"""What staff do with conversations."""

from collections.abc import Collection
from typing import Any

from messaging.actions import ConversationAction
from messaging.models import Conversation
from messaging.querysets import ConversationQuerySet
from waproject.accounts.actors import Actor
from waproject.accounts.models import User
from waproject.audit.acting import acting


def mark_read(conversation_ids: Collection[int], *, by: Actor) -> int:
    """Note that staff have read these conversations; return how many had something unread."""
    unread = Conversation.objects.filter(pk__in=conversation_ids).unread()
    return _change(unread, ConversationAction.READ, by, unread_count=0)


def assign(conversation_ids: Collection[int], *, to: User, by: Actor) -> int:
    """Give these conversations to a member of staff; return how many."""
    chosen = Conversation.objects.filter(pk__in=conversation_ids)
    return _change(chosen, ConversationAction.ASSIGN, by, assignee_id=to.pk)


def close(conversation_ids: Collection[int], *, by: Actor) -> int:
    """Close these conversations: read, and nobody is asked for. A new message opens them again.

    Returns how many were open.
    """
    is_open = Conversation.objects.filter(pk__in=conversation_ids, status=Conversation.Status.OPEN)
    closed = {"status": Conversation.Status.CLOSED, "unread_count": 0, "wants_human": False}
    return _change(is_open, ConversationAction.CLOSE, by, **closed)


def _change(
    conversations: ConversationQuerySet, action: ConversationAction, by: Actor, **columns: Any
) -> int:
    """Change these columns of conversations; return of how many."""
    with acting(by, action) as event:
        ids = list(conversations.select_for_update().order_by("pk").values_list("pk", flat=True))
        Conversation.objects.filter(pk__in=ids).update(**columns)
        event.after = columns
        event.concern(Conversation, ids)
    return len(ids)
