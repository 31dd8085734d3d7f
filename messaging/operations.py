"""What staff do with conversations."""

from collections.abc import Collection
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils import timezone

from messaging.actions import ConversationAction
from messaging.inbox.times import rounds
from messaging.models import Conversation
from messaging.models.querysets import ConversationQuerySet
from waproject.accounts.actors import Actor, user_of
from waproject.accounts.memberships import colleagues, holders_of
from waproject.accounts.models import User
from waproject.audit.acting import acting

# Whoever may answer may be given a conversation.
ANSWER = "messaging.change_conversation"
# The event itself says when.
MOMENTS = {"waiting_since", "round_began_at", "resolved_at"}
# Nobody has to look after the conversation any more.
SETTLED: dict[str, Any] = {
    "unread_count": 0,
    "wants_human": False,
    "taken_over": False,
    "waiting_since": None,
    "round_began_at": None,
}


def those_who_answer() -> "QuerySet[User]":
    """The colleagues who can be given a conversation: active ones who may answer."""
    may: QuerySet[User] = holders_of(ANSWER) | User.objects.filter(is_superuser=True)
    return may.filter(is_staff=True, is_active=True)


def mark_read(conversation_ids: Collection[int], *, by: Actor) -> int:
    """Note that staff have read these conversations; return how many had something unread."""
    unread = Conversation.objects.filter(pk__in=conversation_ids).unread()
    return _change(unread, ConversationAction.READ, by, unread_count=0)


def mark_unread(conversation_ids: Collection[int], *, by: Actor) -> int:
    """Show these conversations as unread again; return how many were read, and had words."""
    read = Conversation.objects.filter(
        pk__in=conversation_ids, unread_count=0, last_inbound_at__isnull=False
    ).exclude(status=Conversation.Status.SPAM)
    return _change(read, ConversationAction.UNREAD, by, unread_count=1)


def assign(conversation_ids: Collection[int], *, to: User | None, by: Actor) -> int:
    """Give these conversations to somebody who works for this business, or to nobody (None).

    Whoever has one takes it over from the menu. Returns how many. Raises PermissionDenied for
    anybody else.
    """
    if to is not None and not colleagues().filter(pk=to.pk).exists():
        raise PermissionDenied("The user does not work for this business.")
    chosen = Conversation.objects.filter(pk__in=conversation_ids)
    columns = {"assignee_id": to.pk, "taken_over": True} if to else {"assignee_id": None}
    return _change(chosen, ConversationAction.ASSIGN, by, **columns)


def close(conversation_ids: Collection[int], *, by: Actor) -> int:
    """Close these conversations: as read, and no person is asked for. A new message reopens them.

    Returns how many were open.
    """
    in_work = Conversation.objects.filter(pk__in=conversation_ids).in_work()
    now = timezone.now()
    closed = {"status": Conversation.Status.RESOLVED, **SETTLED, "resolved_at": now}
    return _change(in_work, ConversationAction.CLOSE, by, **closed)


def _change(
    conversations: ConversationQuerySet, action: ConversationAction, by: Actor, **columns: Any
) -> int:
    """Change these columns of conversations; return of how many."""
    with acting(by, action) as event:
        ids = list(conversations.select_for_update().order_by("pk").values_list("pk", flat=True))
        if columns.get("status") == Conversation.Status.RESOLVED:
            rounds.resolved(ids, by=user_of(by), at=columns["resolved_at"])
        Conversation.objects.filter(pk__in=ids).update(**columns)
        event.after = {name: value for name, value in columns.items() if name not in MOMENTS}
        event.concern(Conversation, ids)
    return len(ids)
