"""The supervisor: worker clusters that are started again when they die or turn deaf."""

import logging
import signal
import time
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

from waproject.workers import heartbeat_files as pulse
from waproject.workers.cluster import Keeper
from waproject.workers.processes.children import MANAGE, Child, Stack, stop_signals_interrupt
from waproject.workers.prompt_tasks import PromptTasks
from waproject.workers.reporting import Herald
from waproject.workers.run_directories import our_folders

logger = logging.getLogger(__name__)

# Two looks at the clusters are so far apart.
LOOK_SECONDS = 0.2
# So many heartbeats are asked for before a cluster counts as deaf: where several clusters share a
# queue, one of them takes each, and it must be next to impossible that one of them gets none.
HEARTBEATS_BEFORE_DEAF = 12


def supervise(queues: Sequence[str], *, processes: int, deaf_after: float, grace: float) -> None:
    """Keep one cluster for each queue alive until SIGTERM, SIGINT or SIGHUP.

    `processes` do the jobs of the cluster for sending. Meanwhile settings.PROMPT_TASKS are done
    several times a second. When told to end, the clusters finish the
    jobs they are at; what has not ended after `grace` seconds is killed. None is left behind, nor
    when this process is killed.
    """
    # What it says about each heartbeat that is put into a queue.
    logging.getLogger("django-q").setLevel(logging.WARNING)
    stack = Stack({"WORKERS": str(processes)}, grace=grace)
    folders = our_folders()
    with folders.own() as own:
        keepers = [
            Keeper(
                queue,
                own.path,
                start=partial(_start_cluster, stack, queue, own.lock),
                bury=stack.bury,
                deaf_after=deaf_after,
            )
            for queue in queues
        ]
        herald = Herald(keepers, folders, pause=deaf_after / HEARTBEATS_BEFORE_DEAF)
        with suppress(KeyboardInterrupt), stop_signals_interrupt(), PromptTasks(), herald, stack:
            _tend(keepers)
    logger.info("All clusters have ended.")


def _tend(keepers: Sequence[Keeper]) -> None:
    """Never returns; KeyboardInterrupt ends it."""
    try:
        while True:
            for keeper in keepers:
                keeper.tend()
            time.sleep(LOOK_SECONDS)
    finally:
        logger.info("Told to end: the clusters finish what they are at.")


def _start_cluster(stack: Stack, queue: str, lock: int, sign: Path) -> Child:
    """A cluster in a process group of its own. The queue reads its name from the environment.

    It dies with us, jobs under way included: nobody would end it when it hangs, or start it again.
    """
    return stack.start(
        f"cluster {queue}",
        [*MANAGE, "qcluster"],
        environment={"Q_CLUSTER_NAME": queue, pulse.VARIABLE: str(sign)},
        if_orphaned=signal.SIGKILL,
        descriptors=[lock],
    )
