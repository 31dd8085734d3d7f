"""What somebody has begun to write and not sent: it is there when they come back."""

from django.utils import timezone

from messaging.answers import LONGEST
from messaging.inbox.models import Draft
from messaging.models import Conversation
from waproject.accounts.models import User


def keep_draft(user: User, talk: Conversation, text: str) -> None:
    """Keep what a user has written in a conversation so far; nothing stays of an empty text."""
    if not text.strip():
        forget_draft(user, talk)
        return
    Draft.objects.update_or_create(
        user=user, conversation=talk, defaults={"text": text[:LONGEST], "at": timezone.now()}
    )


def forget_draft(user: User, talk: Conversation) -> None:
    Draft.objects.filter(user=user, conversation=talk).delete()


def draft_of(user: User, talk: Conversation) -> str:
    rows = Draft.objects.filter(user=user, conversation=talk)
    return rows.values_list("text", flat=True).first() or ""
