import gc
from collections.abc import Iterator
from functools import partial

import pytest

from waproject.core.gc_tuning import THRESHOLDS, collecting_rarely, freeze, unfreeze
from waproject.site import serving


@pytest.fixture
def nothing_frozen() -> Iterator[None]:
    """The suite itself freezes what it has loaded."""
    unfreeze()
    yield
    freeze()


def break_down() -> None:
    with collecting_rarely():
        assert gc.get_threshold() == THRESHOLDS
        raise RuntimeError


@pytest.mark.usefixtures("nothing_frozen")
def test_collector_is_as_before_afterwards():
    before = gc.get_threshold()

    with pytest.raises(RuntimeError):
        break_down()

    assert (gc.get_threshold(), gc.get_freeze_count()) == (before, 0)


@pytest.mark.usefixtures("nothing_frozen")
def test_collector_leaves_alone_what_is_loaded():
    with collecting_rarely():
        assert gc.get_freeze_count() > 10_000


def test_collector_keeps_frozen_what_was_frozen_before():
    freeze()

    with collecting_rarely():
        made_meanwhile = [[]]

    assert gc.get_freeze_count() > 10_000
    assert any(one is made_meanwhile for one in gc.get_objects())


def test_a_block_does_not_walk_what_is_frozen(monkeypatch):
    freeze()
    walks: list[str] = []
    for name in ("collect", "get_freeze_count", "freeze"):
        monkeypatch.setattr(gc, name, partial(walks.append, name))

    with collecting_rarely():
        pass

    assert walks == []


@pytest.mark.usefixtures("nothing_frozen")
def test_a_web_process_freezes_what_it_has_loaded():
    before = gc.get_threshold()
    try:
        serving.post_worker_init(None)

        assert (gc.get_threshold(), gc.get_freeze_count() > 10_000) == (THRESHOLDS, True)
    finally:
        gc.set_threshold(*before)
