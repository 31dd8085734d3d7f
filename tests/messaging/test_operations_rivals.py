"""The same message twice at the same moment: on PostgreSQL alone, where two get in at once."""

from collections.abc import Iterable
from functools import partial

import pytest
from django.db import OperationalError, transaction

from contacts.models import Contact
from messaging.inbound import Arrival
from messaging.models import Conversation, Message
from messaging.operations import receive, receive_together
from messaging.people import people_of
from tests.messaging.conftest import arrival
from tests.messaging.rivals import all_at_once

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def test_the_same_message_at_once_is_stored_and_answered_once(contact, caplog):
    same, answers = arrival("INFO"), []

    raised = all_at_once([lambda: answers.append(receive(same))] * 6)

    assert (raised, caplog.messages, len(answers), len(set(answers))) == ([], [], 6, 1)
    assert (Message.objects.inbound().count(), Message.objects.automatic().count()) == (1, 1)
    assert Conversation.objects.get().unread_count == 1


def crowd(people: Iterable[str], first: int) -> list[Arrival]:
    return [arrival("Hola", number, phone=phone) for number, phone in enumerate(people, first)]


@pytest.mark.parametrize("are_known", [False, True])
def test_groups_of_the_same_people_at_once_do_not_lock_each_other_out(sender, are_known):
    people = [f"+5697540{n:04d}" for n in range(150)]
    if are_known:
        receive_together(crowd(people[::-1], 9_000))
    groups = [crowd(people, 1_000), crowd(people[::-1], 2_000)]

    raised = all_at_once(partial(receive_together, one) for one in groups)

    assert raised == []
    unread = set(Conversation.objects.values_list("unread_count", flat=True))
    assert (Conversation.objects.count(), unread) == (150, {3 if are_known else 2})


def test_people_of_keeps_others_from_deciding_about_them_meanwhile(contact):
    decide = transaction.atomic(Contact.objects.select_for_update(no_key=True, nowait=True).get)

    with transaction.atomic():
        people_of([arrival()])
        raised = all_at_once([partial(decide, pk=contact.pk)])

    assert [type(error) for error in raised] == [OperationalError]
