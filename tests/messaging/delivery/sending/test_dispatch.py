"""Requests under way, without a provider: who departs when, and who misses the slot."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from messaging.delivery.sending import dispatch
from messaging.delivery.sending.dispatch import Clearance, Dispatch


@dataclass
class One:
    """Stands for a claimed delivery."""

    pk: int
    leaves_at: float = 0.0


@pytest.fixture
def people() -> list[One]:
    return [One(number) for number in range(1, 7)]


def clearance(*, late: float = 0.0, look_age: float = 0.0, full: bool = False) -> Clearance:
    """For a group whose first slot was `late` seconds ago."""
    return Clearance(time.time() - late, time.monotonic() - look_age, full)


def depart(people, clear: Callable[[], Clearance], *, rate=1_000.0, seconds=0.0):
    """Let people go, each request taking `seconds`; who went, who missed it, the most at once."""
    went, at_once, most = [], 0, 0

    async def send(one: One) -> None:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        await asyncio.sleep(seconds)
        at_once -= 1
        went.append(one.pk)

    async def go() -> list[int]:
        group = Dispatch(rate, send)
        group.clear(people, clear())
        await group.wait_for_all()
        return [one.pk for one in group.take_missed()]

    missed = asyncio.run(go())
    return went, missed, most


def test_people_depart_in_their_order(people):
    went, missed, _most = depart(people, clearance, rate=100)

    assert (went, missed) == ([1, 2, 3, 4, 5, 6], [])


def test_in_a_full_line_who_is_late_misses_the_slot(people):
    went, missed, _most = depart(people, lambda: clearance(late=0.25, full=True), rate=10)

    assert (went, missed) == ([4, 5, 6], [1, 2, 3])


def test_in_a_free_line_who_is_late_departs_all_the_same(people):
    went, missed, _most = depart(people, lambda: clearance(late=0.25))

    assert (len(went), missed) == (6, [])


def test_who_is_late_departs_no_faster_than_a_little_above_the_rate(people):
    began = []

    async def send(one: One) -> None:
        began.append(time.monotonic())

    async def go() -> None:
        group = Dispatch(50, send)
        group.clear(people, clearance(late=0.5))
        await group.wait_for_all()

    asyncio.run(go())

    assert began[-1] - began[0] > 4.5 / (50 * dispatch.CATCH_UP)


def test_nobody_departs_on_an_old_look(people):
    old = dispatch.LOOK_VALID_SECONDS + 0.1

    went, missed, _most = depart(people, lambda: clearance(look_age=old))

    assert (went, len(missed)) == ([], 6)


def test_no_more_requests_are_under_way_than_allowed(people, settings):
    settings.SENDING_IN_FLIGHT = 2

    went, _missed, most = depart(people, clearance, seconds=0.02)

    assert (len(went), most) == (6, 2)


def test_who_is_recalled_does_not_depart(people):
    went = []

    async def send(one: One) -> None:
        went.append(one.pk)

    async def go() -> list[int]:
        group = Dispatch(20, send)
        group.clear(people[:4], clearance())
        await asyncio.sleep(0.07)
        group.recall()
        group.clear(people[4:], clearance())
        await group.wait_for_all()
        return [one.pk for one in group.take_missed()]

    assert (asyncio.run(go()), sorted(went)) == ([3, 4], [1, 2, 5, 6])


def test_missed_are_taken_once(people):
    async def send(one: One) -> None:
        raise AssertionError

    group = Dispatch(10, send)
    group.missed.extend(people)

    assert (len(group.take_missed()), group.take_missed()) == (6, [])


async def time_to_room(people: list[One], seconds: float) -> float:
    """How long it takes until one more may be cleared after these, each request taking so long."""
    group = Dispatch(1_000, lambda recipient: asyncio.sleep(seconds))
    group.clear(people, clearance())
    await asyncio.sleep(seconds * 1.5)
    began = time.monotonic()
    await group.wait_for_room(1)
    waited = time.monotonic() - began
    await group.wait_for_all()
    return waited


def test_there_is_no_room_for_more_than_wait_already(people, settings):
    settings.SENDING_IN_FLIGHT = 1

    assert asyncio.run(time_to_room(people, 0.1)) > 0.04  # five are left: four times one, and one


def test_there_is_no_room_while_the_wire_is_slower_than_the_rate(people, settings, monkeypatch):
    monkeypatch.setattr(dispatch, "DELAY_SECONDS_MOST", 0.05)
    settings.SENDING_IN_FLIGHT = 2

    assert asyncio.run(time_to_room(people, 0.2)) > 0.25  # until the last ones have ended


def test_there_is_room_while_requests_begin_in_their_slots(people):
    assert asyncio.run(time_to_room(people, 0.02)) < 0.01


def test_turns_spread_what_is_late():
    group = Dispatch(100, lambda recipient: asyncio.sleep(0))

    turns = [group.take_turn() for _late in range(10)]

    assert turns[-1] - turns[0] == pytest.approx(9 / 105, abs=0.001)


def test_a_slot_of_a_streams_own_pace_is_waited_for(people):
    began = time.time()
    people[0].leaves_at = began + 0.15

    went, _missed, _most = depart(people, clearance)

    assert (went[-1], time.time() - began >= 0.15) == (1, True)
