"""A number that is new to all of them, at the same moment."""

from functools import partial

import pytest
from django.test import Client
from django.urls import reverse

from contacts.models import Contact, Tag
from messaging.delivery.models import Delivery
from messaging.testsends.sending import Outgoing, send_test
from optouts.models import OptOut
from tests.messaging.rivals import all_at_once
from waproject.accounts.models import User

NUMBER = "+56961234567"

pytestmark = [
    pytest.mark.only_on("postgresql"),  # on the suite's SQLite threads would share one connection
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


@pytest.fixture
def bosses(transactional_db) -> list[User]:
    return [User.objects.create_superuser(f"jefa{number}") for number in range(6)]


def test_tests_of_several_users_to_one_new_number_all_go(template, sender, bosses):
    text = Outgoing("Hola Ana", template.in_use, {"nombre": "Ana"})

    raised = all_at_once(
        [partial(send_test, text, sender=sender, phone=NUMBER, by=one) for one in bosses]
    )

    assert (raised, Delivery.objects.count()) == ([], len(bosses))
    assert [(one.phone, one.tags.count()) for one in Contact.objects.all()] == [(NUMBER, 1)]
    assert Tag.objects.count() == 1


def test_opt_out_of_a_new_number_by_several_users_is_one(bosses):
    answered: list[int] = []

    def enter(user: User) -> None:
        client = Client()
        client.force_login(user)
        form = {"address": NUMBER, "note": "Llamó"}
        answered.append(client.post(reverse("admin:optouts_optout_add"), form).status_code)

    raised = all_at_once([partial(enter, one) for one in bosses])

    # Who comes last may be told that the person is opted out already.
    assert (raised, {*answered} <= {200, 302}) == ([], True)
    assert OptOut.objects.get().contact.phone == NUMBER
