"""What staff do with conversations."""

import pytest
from django.core.exceptions import PermissionDenied

from messaging.models import Conversation
from messaging.operations import assign, close, mark_read
from tests.factories.users import permit_all_but
from waproject.accounts.actors import SYSTEM
from waproject.accounts.models import User
from waproject.audit.models import Event


@pytest.fixture
def outsider(db) -> User:
    """One of the staff who is no member of this business."""
    return User.objects.create_user("ajena", is_staff=True)


def test_mark_read_clears_the_unread(conversation):
    Conversation.objects.update(unread_count=3)

    assert mark_read([conversation.pk], by=SYSTEM) == 1
    assert mark_read([conversation.pk], by=SYSTEM) == 0


def test_assign_gives_the_conversation_to_a_person(conversation, staff):
    assert assign([conversation.pk], to=staff, by=SYSTEM) == 1

    conversation.refresh_from_db()
    assert conversation.assignee == staff


def test_assign_takes_nobody_of_another_business(conversation, outsider):
    with pytest.raises(PermissionDenied):
        assign([conversation.pk], to=outsider, by=SYSTEM)

    conversation.refresh_from_db()
    assert conversation.assignee is None


def test_close_ends_what_is_asked_for(conversation):
    Conversation.objects.update(unread_count=3, wants_human=True)

    assert close([conversation.pk], by=SYSTEM) == 1

    conversation.refresh_from_db()
    assert (conversation.status, conversation.unread_count, conversation.wants_human) == (
        "resolved",
        0,
        False,
    )


@pytest.mark.parametrize("operation", [mark_read, assign, close])
def test_operation_needs_its_right(conversation, staff, operation):
    permit_all_but(staff, "change_conversation")
    options = {"to": staff} if operation is assign else {}

    with pytest.raises(PermissionDenied):
        operation([conversation.pk], by=staff, **options)

    assert not Event.objects.exists()


def test_operation_writes_one_event(conversation, superuser):
    assign([conversation.pk], to=superuser, by=superuser)

    event = Event.objects.get()
    assert (event.action, event.object_id) == ("messaging.assign", str(conversation.pk))
    assert (event.actor, event.after) == (
        superuser,
        {"assignee_id": superuser.pk, "taken_over": True},
    )


def test_operation_on_nothing_writes_no_event(conversation, superuser):
    mark_read([conversation.pk], by=superuser)

    assert not Event.objects.exists()
