"""Processes are killed in earnest; each time the workers work again within a bound."""

import os
import signal
from pathlib import Path

import pytest

from tests.waproject.workers.conftest import Workers, children, running_workers, wait_for
from waproject.workers.clusters.heartbeat_files import BEAT

pytestmark = [pytest.mark.slow, pytest.mark.process]

STARTED = "started, process #."
DEAF = "deaf, no heartbeat came through for # seconds; it is asked to stop."
ENDED = "process # ended with code #; it is started again in # seconds."
KILLED = "process # was killed; it is started again in # seconds."


def test_a_cluster_whose_leader_is_killed_is_started_again(lasting_workers: Workers):
    first = lasting_workers.cluster()

    os.kill(first, signal.SIGKILL)

    wait_for("the next start", lambda: lasting_workers.said() == [ENDED, STARTED])
    assert lasting_workers.does_a_job()
    assert lasting_workers.cluster() != first


def test_a_cluster_whose_sentinel_is_killed_is_started_again(lasting_workers: Workers):
    os.kill(lasting_workers.sentinel(), signal.SIGKILL)

    wait_for("the next start", lambda: lasting_workers.said() == [ENDED, STARTED])
    assert lasting_workers.does_a_job()


def test_a_deaf_cluster_is_started_again(lasting_workers: Workers):
    wait_for("deafness", lambda: is_deafened(lasting_workers), every=3)

    assert lasting_workers.does_a_job()
    assert lasting_workers.said() == [DEAF, KILLED, STARTED]


def test_a_cluster_that_cannot_book_its_results_is_started_again(lasting_workers: Workers):
    _worker, _other, monitor, _pusher = children(lasting_workers.sentinel())

    os.kill(monitor, signal.SIGSTOP)

    assert lasting_workers.does_a_job()
    assert lasting_workers.said() == [DEAF, KILLED, STARTED]


def test_a_cluster_that_hangs_while_it_keeps_the_database_locked_is_started_again(
    lasting_workers: Workers,
):
    wait_for("a lock", lambda: is_stopped_at_a_write(lasting_workers))

    assert lasting_workers.does_a_job()
    assert lasting_workers.said() == [DEAF, KILLED, STARTED]


def test_a_job_that_a_deaf_cluster_had_taken_is_done_after_its_end(lasting_workers: Workers):
    wait_for("idle workers", lambda: are_stopped(lasting_workers), every=0.2)

    # Its receipt is good for four minutes.
    assert lasting_workers.does_a_job()


def test_a_busy_worker_s_death_leaves_the_others_at_work(lasting_workers: Workers):
    lasting_workers.enqueue("time.sleep", 5)
    wait_for("the job's begin", lambda: busy(lasting_workers) != [])

    os.kill(busy(lasting_workers)[0], signal.SIGKILL)

    assert lasting_workers.does_a_job()
    assert lasting_workers.said() == []


def test_a_long_job_is_no_deafness(lasting_workers: Workers):
    jobs = [lasting_workers.enqueue("time.sleep", 4) for _worker in range(2)]

    wait_for("both jobs", lambda: all(map(lasting_workers.is_done, jobs)))
    assert lasting_workers.said() == []


def test_sigterm_ends_the_supervisor_and_everything_it_began(workers: Workers):
    before = workers.processes()

    workers.supervisor.terminate()
    code = workers.supervisor.wait(timeout=20)

    assert (code, len(before) >= 7, workers.processes()) == (0, True, [])
    assert workers.query("SELECT count(*) FROM worker_clusters") == [(0,)]


def test_sigterm_kills_a_cluster_that_hangs_and_gives_its_job_back(workers: Workers):
    job = workers.enqueue("time.sleep", 50)
    wait_for("the job's begin", lambda: busy(workers) != [])
    for process in children(workers.sentinel()):
        os.kill(process, signal.SIGSTOP)

    workers.supervisor.terminate()
    code = workers.supervisor.wait(timeout=20)

    assert (code, workers.processes(), workers.is_done(job)) == (0, [], False)
    due = "SELECT count(*) FROM django_q_ormq WHERE lock <= strftime('%Y-%m-%d %H:%M:%f', 'now')"
    assert workers.query(due)[0][0] >= 1


def test_a_killed_supervisor_takes_its_cluster_along(workers: Workers):
    workers.supervisor.kill()
    workers.supervisor.wait(timeout=20)

    assert workers.all_ended()


def test_a_killed_supervisor_takes_a_hung_cluster_along(workers: Workers):
    for process in children(workers.sentinel()):
        os.kill(process, signal.SIGSTOP)

    workers.supervisor.kill()
    workers.supervisor.wait(timeout=20)

    assert workers.all_ended()


def test_no_process_of_a_cluster_outlives_supervisor_and_leader(workers: Workers):
    workers.supervisor.send_signal(signal.SIGSTOP)
    os.kill(workers.cluster(), signal.SIGKILL)

    workers.supervisor.kill()
    workers.supervisor.wait(timeout=20)

    assert workers.all_ended()


def test_the_next_supervisor_gives_back_what_a_killed_one_held(migrated: Path, tmp_path: Path):
    with running_workers(migrated, tmp_path) as workers:
        job = workers.enqueue("time.sleep", 3)
        wait_for("the job's begin", lambda: busy(workers) != [])
        workers.supervisor.kill()

    with running_workers(workers.database, tmp_path) as workers:
        # Its receipt is good for four minutes.
        wait_for("the job", lambda: workers.is_done(job))

    assert list((tmp_path / "workers").iterdir()) == []


def is_deafened(workers: Workers) -> bool:
    """Kill the workers: an idle one holds the queue's lock, and takes it along.

    Both may be at a heartbeat at that moment, so it is done again until it told.
    """
    if workers.said() == []:
        for worker in workers.workers():
            os.kill(worker, signal.SIGKILL)
        return False
    return True


def is_stopped_at_a_write(workers: Workers) -> bool:
    """Stop the process that books, unless it has no transaction open."""
    _worker, _other, monitor, _pusher = children(workers.sentinel())
    os.kill(monitor, signal.SIGSTOP)
    if workers.is_locked():
        return True
    os.kill(monitor, signal.SIGCONT)
    return False


def are_stopped(workers: Workers) -> bool:
    """Stop the workers, unless one is at a heartbeat: a busy one is given a job's whole time."""
    stopped = workers.workers()
    for worker in stopped:
        os.kill(worker, signal.SIGSTOP)
    if busy(workers) == []:
        return True
    for worker in stopped:
        os.kill(worker, signal.SIGCONT)
    return False


def busy(workers: Workers) -> list[int]:
    """The workers that hold the sign of a job under way."""
    return [
        worker
        for worker in workers.workers()
        if any(map(_is_the_sign, Path(f"/proc/{worker}/fd").iterdir()))
    ]


def _is_the_sign(descriptor: Path) -> bool:
    try:
        return descriptor.readlink().name == BEAT
    except OSError:
        return False
