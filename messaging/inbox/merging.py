"""What staff wrote in a conversation, when it becomes one with another (messaging.merging)."""

from messaging.inbox.models import Closing, Draft, Entry, NextStep, Round
from messaging.models import Conversation


def move_entries(kept: Conversation, gone: Conversation) -> None:
    """Give the one that stays all notes, closings and rounds, and what it has none of itself:
    drafts of each writer, and a next step."""
    for model in (Entry, Closing):
        model.objects.filter(conversation=gone).update(conversation=kept)
    known = Round.objects.filter(conversation=kept).values("began_at")
    Round.objects.filter(conversation=gone).exclude(began_at__in=known).update(conversation=kept)
    writers = Draft.objects.filter(conversation=kept).values("user")
    Draft.objects.filter(conversation=gone).exclude(user__in=writers).update(conversation=kept)
    if not NextStep.objects.filter(conversation=kept).exists():
        NextStep.objects.filter(conversation=gone).update(conversation=kept)
