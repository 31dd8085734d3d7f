"""Conversations and messages, when two contacts turn out to be one person (CONTACT_MERGERS)."""

from django.db.models import F

from contacts.merging import Merge
from messaging.inbound.store import LAST_MESSAGE
from messaging.models import Conversation, Message


def move_conversations(moving: Merge) -> dict[str, int]:
    """Give the one that stays all messages; two conversations with one sender become one."""
    both = Conversation.objects.filter(contact__in=[moving.kept, moving.gone])
    locked = list(both.order_by("sender_id", "contact_id").select_for_update(no_key=True))
    own = {one.sender_id: one for one in locked if one.contact_id == moving.kept.pk}
    others = [one for one in locked if one.contact_id == moving.gone.pk]
    for one in others:
        if one.sender_id in own:
            _join(own[one.sender_id], one)
        else:
            Conversation.objects.filter(pk=one.pk).update(contact=moving.kept)
    messages = Message.objects.filter(contact=moving.gone).update(contact=moving.kept)
    return {
        str(Message._meta.verbose_name_plural): messages,
        str(Conversation._meta.verbose_name_plural): len(others),
    }


def _join(kept: Conversation, gone: Conversation) -> None:
    """Make one thread of two: it shows the newest message, and asks for what either asked for."""
    Message.objects.filter(conversation=gone).update(conversation=kept)
    kept.tags.add(*gone.tags.all())
    shown = max(kept, gone, key=lambda one: (one.last_message_at or one.created_at, one.pk))
    changes = {name: getattr(shown, name) for name in LAST_MESSAGE}
    windows = [one.window_expires_at for one in (kept, gone) if one.window_expires_at]
    is_open = Conversation.Status.OPEN in (kept.status, gone.status)
    Conversation.objects.filter(pk=kept.pk).update(
        **changes,
        status=Conversation.Status.OPEN if is_open else Conversation.Status.CLOSED,
        unread_count=F("unread_count") + gone.unread_count,
        wants_human=kept.wants_human or gone.wants_human,
        window_expires_at=max(windows, default=None),
        assignee=kept.assignee_id or gone.assignee_id,
        created_at=min(kept.created_at, gone.created_at),
    )
    gone.delete()
