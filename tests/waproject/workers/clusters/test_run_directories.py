"""The lock of a directory, and what is left when no process holds it."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from waproject.workers.clusters.heartbeat_files import TAKEN, Taken
from waproject.workers.clusters.run_directories import LOCK, RunDirectories, our_directories

UNTIL = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def directories(tmp_path: Path) -> RunDirectories:
    return RunDirectories(tmp_path, "here")


def leave(root: Path, name: str) -> UUID:
    """A folder whose lock nobody holds, of one cluster that had taken job 7; returns its key."""
    key = uuid4()
    notes = root / name / str(key) / TAKEN
    notes.mkdir(parents=True)
    (notes / "7").write_text(UNTIL.isoformat())
    (root / name / LOCK).touch()
    return key


def test_an_own_folder_lasts_for_the_block(directories: RunDirectories):
    with directories.own() as own:
        seen = own.path.is_dir()

    assert (seen, own.path.exists()) == (True, False)


def test_an_own_folder_is_not_left(directories: RunDirectories):
    with directories.own():
        assert list(directories.left()) == []


@pytest.mark.process
def test_a_folder_is_not_left_while_a_process_of_a_cluster_lives(
    directories: RunDirectories, tmp_path: Path
):
    sleep = [sys.executable, "-c", "import time; time.sleep(60)"]
    with directories.own() as own:
        heir = subprocess.Popen(sleep, pass_fds=[own.lock])
        own.path.rename(tmp_path / "here.kept")  # the supervisor was killed

    while_it_lives = list(directories.left())
    heir.kill()
    heir.wait()

    assert (while_it_lives, [one.path.name for one in directories.left()]) == ([], ["here.kept"])


def test_a_left_folder_tells_its_clusters_and_their_jobs(
    directories: RunDirectories, tmp_path: Path
):
    key = leave(tmp_path, "here.gone")

    [left] = [(one.clusters, one.taken) for one in directories.left()]

    assert left == ([key], [Taken(7, UNTIL)])


def test_a_left_folder_is_one_supervisor_s_at_a_time(directories: RunDirectories, tmp_path: Path):
    leave(tmp_path, "here.gone")
    others = RunDirectories(tmp_path, "here")

    assert [list(others.left()) for _one in directories.left()] == [[]]


def test_a_removed_folder_is_left_no_longer(directories: RunDirectories, tmp_path: Path):
    leave(tmp_path, "here.gone")

    for one in directories.left():
        one.remove()

    assert list(directories.left()) == []


def test_the_folders_of_another_machine_or_database_are_left_alone(
    directories: RunDirectories, tmp_path: Path
):
    leave(tmp_path, "there.gone")

    assert list(directories.left()) == []


def test_our_directories_differ_by_database(settings, monkeypatch):
    first = our_directories()._scope
    monkeypatch.setitem(settings.DATABASES["default"], "PORT", "another")

    assert our_directories()._scope != first
