from random import Random
from types import SimpleNamespace

import pytest

from waproject.lab.faults import killing
from waproject.lab.faults.killing import SHARES, Killer
from waproject.lab.faults.processes import Process

# A supervisor's cluster: the leader, its sentinel, and three processes of the sentinel's.
CHILDREN = {10: [11], 11: [12, 13, 14], 20: [21]}
SUPERVISOR, WEB = 5, 20


@pytest.fixture
def killed(monkeypatch) -> list[int]:
    """The ids of the processes that were killed; those of groups are negative."""
    found: list[int] = []
    monkeypatch.setattr(
        killing, "children", lambda parent: [Process(pid) for pid in CHILDREN.get(parent, [])]
    )
    monkeypatch.setattr(killing, "kill_group", lambda group: found.append(-group))
    monkeypatch.setattr(Process, "kill", lambda process: found.append(process.pid))
    return found


def killer(seed: int, kind: str | None = None, *, cluster: int | None = 10) -> Killer:
    machine = SimpleNamespace(group=SUPERVISOR, down_since=None, cluster=cluster)
    web = SimpleNamespace(group=WEB, down_since=None)
    made = Killer(SimpleNamespace(machines=[machine], web=web), Random(seed))
    made._kinds = [kind] if kind else [one for one in SHARES if one != "connection"]
    return made


@pytest.mark.parametrize(
    ("kind", "victims"),
    [
        ("worker", {12, 13, 14}),
        ("cluster", {10, -10}),
        ("sentinel", {11}),
        ("supervisor", {SUPERVISOR}),
        ("web", {-WEB, 21}),
    ],
)
def test_strike_kills_what_was_drawn(killed, kind, victims):
    one = killer(1, kind)

    for _round in range(30):
        one.strike()

    assert (set(killed), one.kills) == (victims, {kind: 30})


@pytest.mark.parametrize("kind", ["worker", "cluster", "sentinel"])
def test_strike_does_not_count_what_was_down_already(killed, kind):
    one = killer(1, kind, cluster=None)

    assert (one.strike(), one.kills.total(), killed) == (False, 0, [])


@pytest.mark.parametrize(("kind", "place"), [("web", "web"), ("supervisor", "machine")])
def test_strike_does_not_count_a_service_that_is_down(killed, kind, place):
    one = killer(1, kind)
    down = one.site.web if place == "web" else one.site.machines[0]
    down.down_since = 1.0

    assert (one.strike(), one.kills.total(), killed) == (False, 0, [])


def test_strike_draws_each_kind_once_before_it_draws_any_again(killed):
    one = killer(1)

    for _kind in one._kinds:
        one.strike()

    assert one.kills == dict.fromkeys(one._kinds, 1)


def test_the_same_seed_draws_the_same_kills(killed):
    for seed in (5, 5):
        one = killer(seed)
        for _round in range(20):
            one.strike()

    assert killed[: len(killed) // 2] == killed[len(killed) // 2 :]
