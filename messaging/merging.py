"""Conversations and messages, when two contacts turn out to be one person (CONTACT_MERGERS)."""

from django.db.models import F

from contacts.merging import Merge
from messaging.inbound.store import LAST_MESSAGE, LAST_WORDS
from messaging.inbox.merging import move_entries
from messaging.models import AnswerPost, Conversation, Message, Opening
from messaging.states import IN_WORK


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
    _move_openings(moving)
    messages = Message.objects.filter(contact=moving.gone).update(contact=moving.kept)
    return {
        str(Message._meta.verbose_name_plural): messages,
        str(Conversation._meta.verbose_name_plural): len(others),
    }


def _move_openings(moving: Merge) -> None:
    """Let the one that stays count against each sender's daily limit, from the later opening."""
    both = Opening.objects.filter(contact__in=[moving.kept, moving.gone])
    latest = {one.sender_id: one for one in both.order_by("at", "pk")}
    both.exclude(pk__in=[one.pk for one in latest.values()]).delete()
    both.update(contact=moving.kept)


def _join(kept: Conversation, gone: Conversation) -> None:
    """Make one thread of two: it shows the newest message, and asks for what either asked for."""
    Message.objects.filter(conversation=gone).update(conversation=kept)
    AnswerPost.objects.filter(conversation=gone).update(conversation=kept)
    kept.tags.add(*gone.tags.all())
    shown = max(kept, gone, key=lambda one: (one.last_message_at or one.created_at, one.pk))
    changes = {name: getattr(shown, name) for name in LAST_MESSAGE}
    wrote = [one for one in (kept, gone) if one.last_inbound_at]
    spoke = max(wrote, key=lambda one: (one.last_inbound_at, one.pk), default=kept)
    changes |= {name: getattr(spoke, name) for name in LAST_WORDS}
    waiting = [one.waiting_since for one in (kept, gone) if one.waiting_since]
    rounds = [one.round_began_at for one in (kept, gone) if one.round_began_at]
    windows = [one.window_expires_at for one in (kept, gone) if one.window_expires_at]
    status = min(kept.status, gone.status, key=[*Conversation.Status.values].index)
    ended = [one.resolved_at for one in (kept, gone) if one.resolved_at]
    Conversation.objects.filter(pk=kept.pk).update(
        **changes,
        status=status,
        resolved_at=None if status in IN_WORK else max(ended, default=None),
        waiting_since=min(waiting, default=None),
        round_began_at=min(rounds, default=None),
        unread_count=F("unread_count") + gone.unread_count,
        wants_human=kept.wants_human or gone.wants_human,
        taken_over=kept.taken_over or gone.taken_over,
        window_expires_at=max(windows, default=None),
        assignee=kept.assignee_id or gone.assignee_id,
        created_at=min(kept.created_at, gone.created_at),
    )
    move_entries(kept, gone)
    gone.delete()
