"""Merges beside what others do at the same moment: on PostgreSQL alone."""

from contextlib import suppress
from functools import partial

import pytest
from django.utils import timezone

from campaigns.models import Campaign, Recipient
from contacts.merging import CannotMerge, merge
from contacts.models import Contact
from messaging.inbound.receive import receive
from messaging.models import Delivery, Message
from tests.factories.people import known_as
from tests.messaging.conftest import arrival, sid
from tests.messaging.rivals import all_at_once, held_up
from tests.sending import accept, delivery_of, recipients
from waproject.accounts.actors import SYSTEM
from waproject.core.db.retry import persistently

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

PAIRS = 20


@pytest.fixture
def known_twice(db) -> list[tuple[int, int]]:
    """So many people, each with a contact for the phone and one for the user id."""
    return [
        (
            Contact.objects.create(phone=f"+569754009{n}").pk,
            known_as(f"CL.{n}").pk,
        )
        for n in range(10, 10 + PAIRS)
    ]


def merge_or_miss(kept: int, gone: int) -> None:
    with suppress(CannotMerge, Contact.DoesNotExist):  # a rival was faster
        persistently(merge)(kept, gone, by=SYSTEM)


def test_messages_from_both_addresses_at_once_leave_one_contact(known_twice, sender):
    texts = [
        partial(receive, arrival("BAJA", 1_000 * turn + n, phone=phone, user_id=f"CL.{n}"))
        for n in range(10, 10 + PAIRS)
        for turn, phone in enumerate([f"+569754009{n}", None, f"+569754009{n}"], 1)
    ]

    raised = all_at_once(texts)

    assert raised == []
    assert Contact.objects.filter(status="opted_out").count() == Contact.objects.count() == PAIRS
    assert Message.objects.inbound().count() == 3 * PAIRS


def test_two_merges_of_one_pair_at_once_are_one(known_twice):
    both = [partial(merge_or_miss, *pair) for pair in known_twice for _rival in range(2)]

    assert (all_at_once(both), Contact.objects.count()) == ([], PAIRS)


def test_merge_lets_a_send_be_settled_first(known_twice, campaign):
    kept, gone = known_twice[0]
    Campaign.objects.update(status="active", total_recipients=1)
    [made] = recipients(campaign, [Contact.objects.get(pk=gone)])
    delivery = delivery_of(made)
    in_hand = {"state": "claimed", "claimed_at": timezone.now(), "lease_until": timezone.now()}
    Delivery.objects.update(**in_hand)

    with held_up(partial(merge_or_miss, kept, gone), by="deliveries", row=delivery.pk):
        pass
    accept((made, sid(1)))
    merge(kept, gone, by=SYSTEM)

    assert Recipient.objects.get().contact_id == kept
    assert Message.objects.get().contact_id == kept
