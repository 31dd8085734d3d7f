from random import Random
from types import SimpleNamespace

import pytest

from waproject.faults import killing
from waproject.faults.killing import SHARES, Killer
from waproject.faults.processes import Process


class Cluster:
    """A cluster of six processes that only says what was done to it."""

    group, down_since, hurt_at, sentinels = 10, None, None, [11]

    def hurt(self, patience: float = 0) -> None:
        self.hurt_at = 1.0


@pytest.fixture
def killed(monkeypatch) -> list[int]:
    """The ids of the processes and groups that were killed."""
    found: list[int] = []
    family = [Process(10, 1), Process(11, 10), *(Process(pid, 11) for pid in (12, 13, 14))]
    monkeypatch.setattr(killing, "members", lambda group: family)
    monkeypatch.setattr(killing, "children", lambda group, parent: family[1:2])
    monkeypatch.setattr(killing, "kill_group", found.append)
    monkeypatch.setattr(Process, "kill", lambda process: found.append(process.pid))
    return found


def killer(seed: int, kind: str | None = None) -> Killer:
    site = SimpleNamespace(clusters=[Cluster()], web=SimpleNamespace(group=20, down_since=None))
    made = Killer(site, Random(seed))
    made._kinds = [kind] if kind else [one for one in SHARES if one != "connection"]
    return made


def test_strike_kills_a_worker_and_never_its_heads(killed):
    one = killer(1, "worker")

    for _round in range(30):
        one.strike()

    assert (set(killed), one.kills["worker"]) == ({12, 13, 14}, 30)


def test_strike_marks_the_cluster_of_a_killed_worker_as_hurt(killed):
    one = killer(1, "worker")

    one.strike()

    assert one.site.clusters[0].hurt_at == 1.0


@pytest.mark.parametrize(("kind", "victim"), [("cluster", 10), ("sentinel", 11)])
def test_strike_kills_what_was_drawn(killed, kind, victim):
    assert killer(1, kind).strike() is True
    assert killed == [victim]


def test_strike_does_not_count_what_was_down_already(killed):
    one = killer(1, "cluster")
    one.site.clusters[0].down_since = 1.0

    assert (one.strike(), one.kills.total(), killed) == (False, 0, [])


def test_the_same_seed_draws_the_same_kills(killed):
    for seed in (5, 5):
        one = killer(seed)
        for _round in range(20):
            one.strike()

    assert killed[: len(killed) // 2] == killed[len(killed) // 2 :]
