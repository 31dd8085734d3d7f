"""Two people, or two clicks, at the same moment in one conversation: a connection for each."""

from decimal import Decimal
from functools import partial

import pytest

from messaging.inbox import operations
from messaging.inbox.models import Closing, Entry, Outcome
from messaging.models import Delivery, Message
from tests.factories.users import browser_of, permit_only
from tests.messaging.inbox.conftest import act
from tests.messaging.rivals import all_at_once
from waproject.accounts.actors import SYSTEM
from waproject.accounts.models import User

pytestmark = [
    # On the suite's SQLite the threads would share one connection.
    pytest.mark.only_on("postgresql"),
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


def test_of_two_who_answer_at_the_same_moment_the_second_is_told(talk):
    one = talk()
    seen = Message.objects.get().pk
    names = ("ana", "eva", "ida")
    users = [User.objects.create_user(name, is_staff=True) for name in names]
    browsers = [
        browser_of(permit_only(user, "view_conversation", "change_conversation")) for user in users
    ]
    told = []

    def answer(number: int) -> None:
        posted = {"text": f"Soy {number}", "answer_token": str(number), "seen": seen}
        told.append(b"answered meanwhile" in act(browsers[number], "answer", one, **posted).content)

    raised = all_at_once([partial(answer, number) for number in range(3)])

    assert (raised, Delivery.objects.count()) == ([], 1)
    assert sorted(told) == [False, True, True]


def test_a_sale_that_two_close_at_the_same_moment_counts_once(talk):
    one, sold = talk(), Outcome.objects.get(code="sold")
    close = partial(operations.resolve, one.pk, sold.pk, amount=Decimal(5), by=SYSTEM)

    raised = all_at_once([close] * 4)

    assert [type(error) for error in raised] == [operations.CannotDo] * 3
    assert (Closing.objects.count(), Entry.objects.count()) == (1, 1)


def test_a_note_that_is_clicked_at_the_same_moment_stands_once(talk):
    one = talk()

    raised = all_at_once([partial(operations.write_note, one.pk, "Tasar", by=SYSTEM)] * 4)

    assert (raised, Entry.objects.count()) == ([], 1)
