"""Whose turn it is among the streams of a sender."""

from collections import Counter

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from contacts.models import Contact
from messaging.delivery import queue
from messaging.delivery.claiming.streams import Turn, due_turns, in_turns, shares
from messaging.delivery.models import DeliveryStream
from messaging.models import Delivery, Sender
from tests.sending import claim, quiet


def turns(*sizes: int, priorities: dict[int, int] | None = None) -> list[Turn]:
    """A turn for each number of deliveries that are due."""
    given = priorities or {}
    return [
        Turn(DeliveryStream(pk=n, priority=given.get(n, 30)), size) for n, size in enumerate(sizes)
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


@given(st.integers(2, 12), st.lists(st.integers(1, 100), min_size=1, max_size=20))
def test_equals_that_always_have_work_differ_by_one_at_most(number, limits):
    """Whatever the sizes of the claims, and wherever a claim is cut off."""
    streams = [DeliveryStream(pk=n, priority=30) for n in range(number)]
    sent: Counter[int] = Counter(dict.fromkeys(range(number), 0))
    for limit in limits:
        several = [Turn(one, 1_000_000) for one in streams]
        take(limit, several, [1_000] * number)
        for one in in_turns({turn: [turn.stream] * turn.taken for turn in several}):
            sent[one.pk] += 1
            assert max(sent.values()) - min(sent.values()) <= 1
        for turn in several:
            turn.stream.served = turn.served


@given(
    st.lists(st.tuples(st.integers(0, 50), st.integers(0, 30)), min_size=2, max_size=8),
    st.integers(1, 100),
)
def test_whoever_still_has_some_got_no_less_than_another(streams, limit):
    """`streams` are (served before, due now)."""
    several = [Turn(DeliveryStream(pk=n, served=s), 1_000) for n, (s, _due) in enumerate(streams)]

    taken = take(limit, several, [due for _served, due in streams])

    assert sum(taken) <= limit
    for turn, (_served, due) in zip(several, streams, strict=True):
        if turn.taken < due and sum(taken) == limit:
            assert all(turn.served >= one.served - 1 for one in several if one.taken)


def test_a_stream_that_was_away_does_not_catch_up():
    away, busy = (
        Turn(DeliveryStream(pk=0, served=3), 1_000),
        Turn(DeliveryStream(pk=1, served=500), 1_000),
    )

    assert take(9, [away, busy], [100, 100]) == [5, 4]


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


@pytest.mark.parametrize(("limit", "claims"), [(36, 2), (40, 3), (5, 24), (1, 36)])
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
