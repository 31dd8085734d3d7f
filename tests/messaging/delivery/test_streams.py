"""Whose turn it is among the streams of a sender."""

from collections import Counter

import pytest
from django.utils import timezone

from contacts.models import Contact
from messaging.delivery import queue
from messaging.delivery.models import DeliveryStream
from messaging.delivery.streams import Turn, due_turns, shares
from messaging.models import Delivery, Sender
from tests.sending import claim, quiet


def turns(*sizes: int, priorities: dict[int, int] | None = None) -> list[Turn]:
    """A turn for each number of deliveries that are due."""
    given = priorities or {}
    return [
        Turn(DeliveryStream(pk=n, priority=given.get(n, 30), served_at=n), size)
        for n, size in enumerate(sizes)
    ]


def take(limit: int, all_turns: list[Turn], due: list[int]) -> list[int]:
    """What each turn takes of `limit`, when so many are due in each."""
    for turn, share in shares(all_turns, limit):
        taken = min(share, due[turn.stream.pk] - turn.taken)
        turn.taken += taken
        turn.is_drained = taken < share
    return [turn.taken for turn in all_turns]


@pytest.mark.parametrize(
    ("limit", "due", "taken"),
    [
        (12, [100], [12]),
        (12, [100, 100, 100], [4, 4, 4]),
        (12, [1, 100, 100], [1, 5, 6]),
        (12, [100, 100, 1], [6, 5, 1]),
        (2, [100, 100, 100], [1, 1, 0]),
        (12, [1, 2, 0], [1, 2, 0]),
    ],
    ids=str,
)
def test_equal_streams_get_equal_shares_and_what_others_leave(limit, due, taken):
    assert sorted(take(limit, turns(*[1_000] * len(due)), due)) == sorted(taken)


def test_a_better_priority_takes_all_that_it_needs():
    several = turns(1_000, 1_000, priorities={1: 10})

    assert take(12, several, [100, 5]) == [7, 5]


def test_a_stream_takes_no_more_than_its_pace_allows():
    assert take(12, turns(2, 1_000), [100, 100]) == [2, 10]


@pytest.fixture
def sources(sender) -> list[DeliveryStream]:
    """A dozen streams of one sender, each with messages to 40 people."""
    people = Contact.objects.bulk_create(Contact(phone=f"+5697{n:07d}") for n in range(40))
    made = [queue.open_stream(sender.pk, "answer", number) for number in range(12)]
    for stream in made:
        items = [queue.Item(one.pk, one.phone, body="Hola") for one in people]
        queue.enqueue(stream, items)
    quiet()
    return made


@pytest.mark.parametrize(("limit", "claims"), [(36, 6), (40, 9), (5, 60), (1, 240)])
def test_a_dozen_sources_share_a_sender_within_a_tenth(sources, limit, claims, campaign):
    taken: Counter[int] = Counter()
    for _claim in range(claims):
        taken.update(one.stream.pk for one in claim(campaign, limit).deliveries)

    assert len(taken) == 12
    assert max(taken.values()) <= 1.1 * min(taken.values())


def test_a_paused_stream_has_no_turn(sources, sender):
    DeliveryStream.objects.exclude(pk=sources[3].pk).update(state="paused")

    found = due_turns(sender.pk, timezone.now())

    assert [turn.stream for turn in found] == [sources[3]]


def test_a_claim_puts_the_better_priority_first(sources, campaign):
    DeliveryStream.objects.filter(pk=sources[7].pk).update(priority=10)

    taken = claim(campaign, 45).deliveries

    assert [one.stream for one in taken[:40]] == [sources[7]] * 40


def test_nothing_is_due_for_a_sender_without_streams(db):
    assert (
        due_turns(
            Sender.objects.create(name="A", channel="sms", address="12345").pk, timezone.now()
        )
        == []
    )


def test_an_enqueued_item_is_due_at_once_unless_it_says_when(sources):
    assert Delivery.objects.filter(due_at__gt=timezone.now()).count() == 0
