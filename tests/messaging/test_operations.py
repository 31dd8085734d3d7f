"""What staff do with conversations."""

from messaging.models import Conversation
from messaging.operations import assign, close, mark_read


def test_mark_read_clears_the_unread(conversation):
    Conversation.objects.update(unread_count=3)

    assert mark_read([conversation.pk]) == 1
    assert mark_read([conversation.pk]) == 0


def test_assign_gives_the_conversation_to_a_person(conversation, staff):
    assert assign([conversation.pk], to=staff) == 1

    conversation.refresh_from_db()
    assert conversation.assignee == staff


def test_close_ends_what_is_asked_for(conversation):
    Conversation.objects.update(unread_count=3, wants_human=True)

    assert close([conversation.pk]) == 1

    conversation.refresh_from_db()
    assert (conversation.status, conversation.unread_count, conversation.wants_human) == (
        "closed",
        0,
        False,
    )
