"""The supervisor: it starts worker clusters, and starts those again that die or turn deaf.

systemd and Docker see only whether a process lives. A cluster of django-q2 can live in all its
processes and do no job (docs/decisions/0012-a-heartbeat-all-the-way.md).
"""

import logging
import signal
import time
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

from waproject.workers.clusters import heartbeat_files
from waproject.workers.clusters.cluster import ClusterProcess
from waproject.workers.clusters.reporting import Reporter
from waproject.workers.clusters.run_directories import our_directories
from waproject.workers.processes.children import MANAGE, Child, Stack, stop_signals_interrupt
from waproject.workers.processes.memory import LEAN
from waproject.workers.prompt_tasks import PromptTasks

logger = logging.getLogger(__name__)

# The clusters are looked at every so many seconds.
LOOK_SECONDS = 0.2
# So many heartbeats are put into the queue before a cluster counts as deaf. Where several clusters
# share a queue, each heartbeat goes to one of them: with so many, each gets one almost certainly.
HEARTBEATS_BEFORE_DEAF = 12


def supervise(queues: Sequence[str], *, processes: int, deaf_after: float, grace: float) -> None:
    """Keep one cluster for each queue alive until SIGTERM, SIGINT or SIGHUP.

    `processes` do the jobs of the cluster for sending. Meanwhile settings.PROMPT_TASKS are done
    several times a second. When told to end, the clusters finish the jobs they are at; what has not
    ended after `grace` seconds is killed. When this process is killed, the clusters end with it.
    """
    # django-q2 logs each heartbeat that is put into a queue; that is dropped.
    logging.getLogger("django-q").setLevel(logging.WARNING)
    stack = Stack({"WORKERS": str(processes), **LEAN}, grace=grace)
    directories = our_directories()
    with directories.own() as own:
        clusters = [
            ClusterProcess(
                queue,
                own.path,
                start=partial(_start_cluster, stack, queue, own.lock),
                discard=stack.discard,
                deaf_after=deaf_after,
            )
            for queue in queues
        ]
        reporter = Reporter(clusters, directories, pause=deaf_after / HEARTBEATS_BEFORE_DEAF)
        with suppress(KeyboardInterrupt), stop_signals_interrupt(), PromptTasks(), reporter, stack:
            _tend(clusters)
    logger.info("All clusters have ended.")


def _tend(clusters: Sequence[ClusterProcess]) -> None:
    """Never returns; KeyboardInterrupt ends it."""
    try:
        while True:
            for cluster in clusters:
                cluster.tend()
            time.sleep(LOOK_SECONDS)
    finally:
        logger.info("Told to end: the clusters finish what they are at.")


def _start_cluster(stack: Stack, queue: str, lock: int, sign: Path) -> Child:
    """Start a cluster in a process group of its own. django-q2 reads its name from the environment.

    It is killed when this process dies, jobs under way included: without a supervisor nothing would
    kill it when it hangs, or start it again.
    """
    return stack.start(
        f"cluster {queue}",
        [*MANAGE, "qcluster"],
        environment={"Q_CLUSTER_NAME": queue, heartbeat_files.VARIABLE: str(sign)},
        if_orphaned=signal.SIGKILL,
        descriptors=[lock],
    )
