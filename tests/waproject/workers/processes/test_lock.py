import os

import pytest

from waproject.workers.processes.lock import AlreadyRunning, only_one


def test_only_one_refuses_a_second_and_names_the_first(tmp_path):
    with only_one(tmp_path / "lock"), pytest.raises(AlreadyRunning) as raised:
        only_one(tmp_path / "lock").__enter__()

    assert str(raised.value) == (
        f"make run or make demo is already running here (process {os.getpid()}). Stop it first."
    )


def test_only_one_frees_the_lock_at_the_end(tmp_path):
    with only_one(tmp_path / "lock"):
        pass

    with only_one(tmp_path / "lock"):
        assert (tmp_path / "lock").read_text(encoding="ascii") == str(os.getpid())
