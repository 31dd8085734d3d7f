"""An installation under fire: its processes, each started again when it ends, as systemd would."""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from uuid import UUID

from django.utils import timezone
from django_q.models import OrmQ

from waproject.lab import services
from waproject.lab.faults.processes import children, members
from waproject.workers.clusters.cluster import queues
from waproject.workers.models import Cluster
from waproject.workers.processes.children import Child, Stack
from waproject.workers.tick import enqueue_tick

# As systemd's RestartSec.
RESTART_AFTER = 0.3


@dataclass
class Service:
    """One process that is started again whenever it ends; it leads a group of its own."""

    name: str
    start: Callable[[], Child]
    child: Child
    down_since: float | None = None

    @property
    def group(self) -> int:
        return self.child.process.pid


@dataclass
class Machine(Service):
    """The supervisor of a machine's workers, `run_workers`, with one cluster.

    `begun` are the groups of the clusters that it was seen with since its last start.
    """

    begun: set[int] = field(default_factory=set)

    @property
    def cluster(self) -> int | None:
        """The leader of the cluster; None while it has none."""
        leaders = children(self.group)
        return leaders[0].pid if leaders else None


class Site:
    """Web server, simulator and worker machines; `tend` starts again what has ended.

    The clusters are the supervisors' own business. `outlived` counts those that were alive when
    their supervisor, which had been killed, was started again. A tick comes every `tick_every`
    seconds, besides those of the schedule.
    """

    def __init__(
        self, stack: Stack, folder: Path, *, web_port: int, simulator_port: int, tick_every: float
    ) -> None:
        self.stack = stack
        self.tick_every = tick_every
        self.folder = folder
        self.web_port = web_port
        self.simulator_port = simulator_port
        self.machines: list[Machine] = []
        self.outlived = 0
        self._restarts: Counter[str] = Counter()
        self._restarts_of: dict[UUID, int] = {}
        self._next_tick = 0.0

    @property
    def restarts(self) -> Counter[str]:
        """How often each process was started again; for clusters as their supervisors report."""
        return self._restarts + Counter(cluster=sum(self._restarts_of.values()))

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
        """Start again what has ended, and keep the clock ticking."""
        for machine in self.machines:
            if cluster := machine.cluster:
                machine.begun.add(cluster)
        for service in [self.web, *self.machines]:
            self._raise(service)
        if time.monotonic() > self._next_tick:
            self._next_tick = time.monotonic() + self.tick_every
            self._restarts_of.update(Cluster.objects.values_list("pk", "restarts"))
            if OrmQ.objects.filter(lock__lte=timezone.now()).count() < len(self.machines) * 2:
                enqueue_tick()

    def resize(self, *, clusters: int, workers: int) -> None:
        """Have so many clusters of so many workers, each on a machine of its own, all new."""
        for machine in self.machines:
            if machine.down_since is None:
                self.stack.discard(machine.child)
        self.machines.clear()
        for number in range(1, clusters + 1):
            start = partial(self._start_machine, f"supervisor-{number}", workers)
            self.machines.append(Machine(f"supervisor-{number}", start, start()))

    def _start_web(self) -> Child:
        return services.start_web(self.stack, self.web_port, self.folder)

    def _start_machine(self, name: str, workers: int) -> Child:
        options = [f"--clusters={queues()[0]}", f"--processes={workers}"]
        return services.start_workers(self.stack, self.folder, name=name, options=options)

    def _raise(self, service: Service) -> None:
        if service.down_since is None:
            if service.child.process.poll() is None:
                return
            self.stack.discard(service.child)
            service.down_since = time.monotonic()
        if time.monotonic() - service.down_since > RESTART_AFTER:
            if isinstance(service, Machine):
                self.outlived += sum(bool(members(group)) for group in service.begun)
                service.begun.clear()
            service.child, service.down_since = service.start(), None
            self._restarts[service.name] += 1
