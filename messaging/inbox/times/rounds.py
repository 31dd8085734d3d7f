"""Keeps the times of a round at the moment at which something happens.

A round begins with the words by which a person begins to wait (Conversation.round_began_at,
written with the message), and ends when the conversation is resolved. Its row is made by the first
answer of staff, or by the resolution. Spam ends a round that nobody counts.
"""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q

from messaging.inbox.models import Round
from messaging.models import AnswerPost, Conversation
from waproject.accounts.models import User


def answered(talk: Conversation, *, by: User | None, at: datetime, token: str) -> None:
    """Note the answer with this token, which leaves at `at`, if it is the first of its round.

    One for later is not the first any more where another leaves before it.
    """
    began_at: datetime | None = talk.round_began_at
    if began_at is None:
        return
    row = Round(conversation=talk, began_at=began_at)
    Round.objects.bulk_create([row], ignore_conflicts=True)
    this = Round.objects.filter(conversation=talk, began_at=began_at)
    later = Q(answered_at=None) | Q(answered_at__gt=at)
    this.filter(later).update(answered_at=at, answered_by=by, answer_token=token)


def unanswered(sender_id: int, contact_id: int, token: str) -> None:
    """The answer with this token was taken back, or could not leave; its post is forgotten.

    The first answer of its round is now the earliest of the others, if any was posted in it.
    """
    talks = Conversation.objects.filter(sender=sender_id, contact=contact_id).order_by()
    rounds = Round.objects.filter(conversation__in=talks.values("pk"), answer_token=token)
    for row in rounds:
        posts = AnswerPost.objects.filter(
            conversation=row.conversation_id, posted_at__gte=row.began_at
        )
        if row.resolved_at:
            posts = posts.filter(posted_at__lte=row.resolved_at)
        first = posts.order_by("leaves_at", "pk").first()
        rounds.filter(pk=row.pk).update(
            answered_at=first and first.leaves_at,
            answered_by=first and first.by_id,
            answer_token=first.token if first else "",
        )


def resolved(conversation_ids: Collection[int], *, by: User | None, at: datetime) -> None:
    """Note that the rounds of these conversations end. Before that is written to them."""
    talks = Conversation.objects.filter(pk__in=conversation_ids, round_began_at__isnull=False)
    rows = [
        Round(conversation_id=pk, began_at=began_at, resolved_at=at, resolved_by=by)
        for pk, began_at in talks.order_by("pk").values_list("pk", "round_began_at")
        if began_at
    ]
    Round.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["conversation", "began_at"],
        update_fields=["resolved_at", "resolved_by"],
    )


def go_on(talk: Conversation, *, since: datetime) -> None:
    """A resolution since then came to nothing: the round that it ended goes on.

    Words that came after it are of this round too, unless they were answered as another.
    """
    last = Round.objects.filter(conversation=talk).order_by("-began_at").first()
    if last is None or last.resolved_at is None or last.resolved_at < since:
        return
    Round.objects.filter(pk=last.pk).update(resolved_at=None, resolved_by=None)
    Conversation.objects.filter(pk=talk.pk).update(round_began_at=last.began_at)
