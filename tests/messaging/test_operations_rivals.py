"""The same message twice at the same moment: on PostgreSQL alone, where two get in at once."""

import pytest

from messaging.models import Conversation, Message
from messaging.operations import receive
from tests.messaging.conftest import arrival
from tests.messaging.rivals import all_at_once

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def test_the_same_message_at_once_is_stored_and_answered_once(contact, caplog):
    same, answers = arrival("INFO"), []

    raised = all_at_once([lambda: answers.append(receive(same))] * 6)

    assert (raised, caplog.messages, len(answers), len(set(answers))) == ([], [], 6, 1)
    assert (Message.objects.inbound().count(), Message.objects.automatic().count()) == (1, 1)
    assert Conversation.objects.get().unread_count == 1
