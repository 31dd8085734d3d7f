import gc

import pytest

from campaigns.sending.collector import THRESHOLDS, collecting_rarely


def break_down() -> None:
    with collecting_rarely():
        assert gc.get_threshold() == THRESHOLDS
        raise RuntimeError


def test_collector_is_as_before_afterwards():
    before = gc.get_threshold()

    with pytest.raises(RuntimeError):
        break_down()

    assert (gc.get_threshold(), gc.get_freeze_count()) == (before, 0)


def test_collector_leaves_alone_what_is_loaded():
    with collecting_rarely():
        assert gc.get_freeze_count() > 10_000
