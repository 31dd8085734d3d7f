"""What staff do with conversations."""

from collections.abc import Collection

from django.contrib.auth.models import AbstractBaseUser

from messaging.models import Conversation


def mark_read(conversation_ids: Collection[int]) -> int:
    """Note that staff have read these conversations; return how many had something unread."""
    return Conversation.objects.filter(pk__in=conversation_ids).unread().update(unread_count=0)


def assign(conversation_ids: Collection[int], *, to: AbstractBaseUser) -> int:
    """Give these conversations to a member of staff; return how many."""
    return Conversation.objects.filter(pk__in=conversation_ids).update(assignee_id=to.pk)


def close(conversation_ids: Collection[int]) -> int:
    """Close these conversations: read, and nobody is asked for. A new message opens them again.

    Returns how many were open.
    """
    return Conversation.objects.filter(
        pk__in=conversation_ids, status=Conversation.Status.OPEN
    ).update(status=Conversation.Status.CLOSED, unread_count=0, wants_human=False)
