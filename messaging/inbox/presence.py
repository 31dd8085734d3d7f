"""Who looks at a conversation now, and who writes in it. It is forgotten within seconds."""

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from messaging.inbox.models import Presence
from messaging.models import Conversation
from waproject.accounts.models import User

# The page says that it is there every two seconds; the row is written only when it tells something
# new, or is so old.
RENEWED_AFTER = timedelta(seconds=6)
GONE_AFTER = timedelta(seconds=14)


def be_there(user: User, conversation_id: int, *, writes: bool) -> None:
    """Note that a user looks at a conversation, or writes in it. One row for each user."""
    now = timezone.now()
    told = Presence.objects.filter(
        user=user, conversation=conversation_id, writes=writes, at__gt=now - RENEWED_AFTER
    )
    if told.exists() or not Conversation.objects.filter(pk=conversation_id).exists():
        return
    Presence.objects.update_or_create(
        user=user, defaults={"conversation_id": conversation_id, "writes": writes, "at": now}
    )


def others_there(user: User, conversation_id: int) -> list[tuple[str, bool]]:
    """The names of the colleagues who look at a conversation, and whether each writes."""
    there = Presence.objects.filter(
        ~Q(user=user), conversation=conversation_id, at__gt=timezone.now() - GONE_AFTER
    )
    rows = there.select_related("user").order_by("user")
    return [(one.user.get_full_name() or one.user.get_username(), one.writes) for one in rows]
