"""Threads that share a write."""

import time
from collections.abc import Callable, Sequence
from threading import Event, Thread

import pytest

from waproject.core.db.group_commit import Group

PATIENCE = 10.0


class Journal:
    """A write that notes its groups; the first one waits until it may go on."""

    def __init__(self) -> None:
        self.groups: list[list[str]] = []
        self.begun = Event()
        self.may_end = Event()

    def write(self, items: Sequence[str]) -> list[bool]:
        self.groups.append(list(items))
        if len(self.groups) == 1:
            self.begun.set()
            assert self.may_end.wait(PATIENCE)
        if "bad" in items:
            raise ValueError("bad")
        return [item != "odd" for item in items]


def wait_for_company(group: Group[str, bool], number: int) -> None:
    """Return when so many wait for the one who writes."""
    deadline = time.monotonic() + PATIENCE
    while len(group._waiting) < number:
        assert time.monotonic() < deadline, f"{len(group._waiting)} wait instead of {number}"
        time.sleep(0.001)


@pytest.fixture
def journal() -> Journal:
    return Journal()


@pytest.fixture
def crowd(journal) -> Callable[..., dict[str, bool | None]]:
    """Bring items one after another while the first is being written; return what each heard."""

    def bring(*items: str, limit: int = 10) -> dict[str, bool | None]:
        group, heard = Group(journal.write, limit=limit), {}

        def work(item: str) -> None:
            heard[item] = group.write(item)

        threads = [Thread(target=work, args=[item], daemon=True) for item in items]
        for number, thread in enumerate(threads):
            thread.start()
            assert journal.begun.wait(PATIENCE)
            wait_for_company(group, number)
        journal.may_end.set()
        for thread in threads:
            thread.join(PATIENCE)
        return heard

    return bring


def test_group_of_one_is_written_at_once(journal):
    journal.may_end.set()

    assert Group(journal.write, limit=10).write("a") is True

    assert journal.groups == [["a"]]


def test_group_writes_what_came_meanwhile_together_and_in_order(journal, crowd):
    heard = crowd("a", "b", "c", "d")

    assert journal.groups == [["a"], ["b", "c", "d"]]
    assert heard == dict.fromkeys("abcd", True)


def test_group_takes_no_more_than_its_most(journal, crowd):
    crowd("a", "b", "c", "d", limit=2)

    assert journal.groups == [["a"], ["b", "c"], ["d"]]


def test_group_tells_each_whether_it_was_written(journal, crowd):
    assert crowd("a", "b", "odd") == {"a": True, "b": True, "odd": False}


def test_group_that_failed_leaves_everyone_to_try_alone(journal, crowd):
    assert crowd("a", "b", "bad", "c") == {"a": True, "b": None, "bad": None, "c": None}


def test_group_goes_on_after_one_that_failed(journal, crowd):
    heard = crowd("bad", "b")

    assert (journal.groups, heard) == ([["bad"], ["b"]], {"bad": None, "b": True})


def test_group_answers_nobody_before_the_write_has_returned(journal):
    """The first writes alone; of the three who come meanwhile one leads and two follow."""
    written, heard = Event(), []

    def write(items: Sequence[str]) -> list[bool]:
        assert journal.groups == [] or written.wait(PATIENCE)
        return journal.write(items)

    group: Group[str, bool] = Group(write, limit=10)
    first, *others = [
        Thread(target=lambda item=item: heard.append((item, group.write(item))), daemon=True)
        for item in "abcd"
    ]
    first.start()
    assert journal.begun.wait(PATIENCE)
    for thread in others:
        thread.start()
    wait_for_company(group, 3)
    journal.may_end.set()
    first.join(PATIENCE)
    for thread in others:
        thread.join(0.05)  # who is answered too early ends in this time
    before = list(heard)
    written.set()
    for thread in others:
        thread.join(PATIENCE)

    assert (before, len(heard)) == ([("a", True)], 4)


def test_group_gives_those_who_came_together_time_to_come_again(journal):
    group: Group[str, bool] = Group(journal.write, limit=10, patience=PATIENCE)
    journal.may_end.set()
    # In the future: a thread may start slowly here.
    group._company, group._seen_at = 2, time.monotonic() + PATIENCE
    early = Thread(target=group.write, args=["early"], daemon=True)

    early.start()
    wait_for_company(group, 1)
    group.write("late")
    early.join(PATIENCE)

    assert journal.groups == [["early", "late"]]


def test_group_waits_no_longer_than_its_patience(journal):
    group: Group[str, bool] = Group(journal.write, limit=10, patience=0.001)
    journal.may_end.set()
    group._company, group._seen_at = 2, time.monotonic()

    group.write("alone")

    assert (journal.groups, group._company) == ([["alone"]], 1)


def test_group_does_not_wait_for_those_who_came_long_ago(journal):
    group: Group[str, bool] = Group(journal.write, limit=10, patience=PATIENCE)
    journal.may_end.set()
    group._company, group._seen_at = 2, time.monotonic() - 1
    begun = time.monotonic()

    group.write("alone")

    assert time.monotonic() - begun < PATIENCE / 2
