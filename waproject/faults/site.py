"""An installation under fire: its processes, and the supervisor that raises what falls."""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from django.utils import timezone
from django_q.models import OrmQ

from waproject.faults.processes import children, kill_group
from waproject.stack import services
from waproject.stack.processes import Child, Stack
from waproject.tick import enqueue_tick

# As systemd's RestartSec.
RESTART_AFTER = 0.3
# A cluster that has been hurt and starts no job for so long, while jobs wait, is deaf: the lock of
# its queue died with the worker that held it. Nothing of that is seen from outside but silence.
DEAF_AFTER = 4.0
# A process of the queue that lost its connection comes back by itself after ten seconds.
SLOW_TO_RECOVER = 15.0
TICK_EVERY = 0.5
# The queue's word in the log of a cluster when a worker begins a job.
JOB_BEGINS = b" processing "


@dataclass
class Service:
    """One process group that is started again whenever it ends."""

    name: str
    start: Callable[[], Child]
    child: Child
    down_since: float | None = None

    @property
    def group(self) -> int:
        return self.child.process.pid


class Cluster(Service):
    """A worker cluster: a leader, its sentinel, and the sentinel's workers, pusher and monitor."""

    hurt_at: float | None = None
    patience = DEAF_AFTER
    log_seen = 0
    # The leader that was last seen with a sentinel: a new one takes seconds to have its own.
    headed: int | None = None

    @property
    def sentinels(self) -> list[int]:
        return [process.pid for process in children(self.group, self.group)]

    def hurt(self, patience: float = DEAF_AFTER) -> None:
        """Watch whether it still starts jobs from now on."""
        self.hurt_at, self.patience = time.monotonic(), patience
        self.log_seen = self._log_size()

    def is_deaf(self) -> bool:
        """Hurt, and silent ever since."""
        if self.hurt_at is None:
            return False
        if self._began_a_job():
            self.hurt_at = None
            return False
        return time.monotonic() - self.hurt_at > self.patience

    def is_headless(self) -> bool:
        """Its sentinel, which replaces the workers that die, has died itself."""
        if self.sentinels:
            self.headed = self.group
            return False
        return self.headed == self.group

    def _log_size(self) -> int:
        return self.child.log.stat().st_size if self.child.log else 0

    def _began_a_job(self) -> bool:
        if self.child.log is None:
            return False
        with self.child.log.open("rb") as log:
            log.seek(self.log_seen)
            return JOB_BEGINS in log.read()


class Site:
    """Web server, simulator and worker clusters; `tend` keeps them alive."""

    def __init__(self, stack: Stack, folder: Path, *, web_port: int, simulator_port: int) -> None:
        self.stack = stack
        self.folder = folder
        self.web_port = web_port
        self.simulator_port = simulator_port
        self.clusters: list[Cluster] = []
        self.restarts: Counter[str] = Counter()
        self._next_tick = 0.0

    def start(self, *, clusters: int, workers: int, simulator: Sequence[str]) -> None:
        """Start everything and return when the servers answer."""
        services.start_simulator(
            self.stack, self.simulator_port, self.web_port, self.folder, simulator
        )
        self.web = Service("web", self._start_web, self._start_web())
        self.resize(clusters=clusters, workers=workers)
        services.wait_until_it_answers(self.stack, "simulator", self.simulator_port)
        services.wait_until_it_answers(self.stack, "web", self.web_port)

    def tend(self) -> None:
        """Start again what has ended, end what is deaf, and keep the clock ticking."""
        for service in [self.web, *self.clusters]:
            self._raise(service)
        for cluster in self.clusters:
            if cluster.down_since is None and (cluster.is_deaf() or cluster.is_headless()):
                self.restarts["deaf"] += 1
                kill_group(cluster.group)
        if time.monotonic() > self._next_tick:
            self._next_tick = time.monotonic() + TICK_EVERY
            if OrmQ.objects.filter(lock__lte=timezone.now()).count() < len(self.clusters) * 2:
                enqueue_tick()

    def resize(self, *, clusters: int, workers: int) -> None:
        """Have so many clusters of so many workers, all new."""
        self.end()
        for number in range(1, clusters + 1):
            start = partial(self._start_cluster, f"cluster-{number}", workers)
            self.clusters.append(Cluster(f"cluster-{number}", start, start()))

    def end(self) -> None:
        """Kill the clusters: all is done, and a deaf one cannot hear that it should stop."""
        for cluster in self.clusters:
            if cluster.down_since is None:
                self.stack.bury(cluster.child)
        self.clusters.clear()

    def _start_web(self) -> Child:
        return services.start_web(self.stack, self.web_port, self.folder)

    def _start_cluster(self, name: str, workers: int) -> Child:
        return self.stack.start(
            name,
            [*services.MANAGE, "qcluster"],
            rank=services.WORKERS,
            log=self.folder / f"{name}.log",
            # INFO names each job as it begins: that is how a deaf cluster is found out.
            environment={"WORKERS": str(workers), "LOG_LEVEL": "INFO"},
        )

    def _raise(self, service: Service) -> None:
        if service.down_since is None:
            if service.child.process.poll() is None:
                return
            self.stack.bury(service.child)
            service.down_since = time.monotonic()
        if time.monotonic() - service.down_since > RESTART_AFTER:
            service.child, service.down_since = service.start(), None
            self.restarts[service.name] += 1
            if isinstance(service, Cluster):
                service.hurt(SLOW_TO_RECOVER)
