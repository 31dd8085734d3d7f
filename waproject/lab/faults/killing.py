"""Chooses the next process to kill, by seeded chance."""

from collections import Counter
from random import Random

from django.db import connection

from waproject.lab.faults.processes import Process, children, kill_group
from waproject.lab.faults.site import Site

# How often each kind of victim is drawn, once each has been. A worker is any child of the
# sentinel: mostly one that sends, sometimes the one that fetches jobs or that writes their results.
SHARES = {"worker": 10, "cluster": 2, "sentinel": 1, "supervisor": 1, "web": 2, "connection": 4}


class Killer:
    """Strikes a site; `kills` counts by kind what was struck."""

    def __init__(self, site: Site, random: Random) -> None:
        self.site = site
        self.kills: Counter[str] = Counter()
        self._random = random
        has_server = connection.vendor == "postgresql"
        self._kinds = [kind for kind in SHARES if has_server or kind != "connection"]

    def strike(self) -> bool:
        """Kill one victim; False when the one drawn is down already."""
        kinds = [kind for kind in self._kinds if not self.kills[kind]] or self._kinds
        weights = [SHARES[kind] for kind in kinds]
        kind = self._random.choices(kinds, weights)[0]
        struck = bool(getattr(self, f"_strike_{kind}")())
        self.kills[kind] += struck
        return struck

    def _strike_worker(self) -> bool:
        """One that a sentinel began."""
        return self._kill_one_of(
            [worker for head in self._sentinels() for worker in children(head.pid)]
        )

    def _strike_cluster(self) -> bool:
        """The whole cluster, or its leader alone."""
        cluster = self._a_cluster()
        if cluster is None:
            return False
        if self._random.random() < 0.5:
            kill_group(cluster)
        else:
            Process(cluster).kill()
        return True

    def _strike_sentinel(self) -> bool:
        return self._kill_one_of(self._sentinels())

    def _strike_supervisor(self) -> bool:
        machine = self._random.choice(self.site.machines)
        if machine.down_since is not None:
            return False
        Process(machine.group).kill()
        return True

    def _strike_web(self) -> bool:
        """The whole server, or the process that answers."""
        group = self.site.web.group
        answering = children(group)
        if self.site.web.down_since is not None or not answering:
            return False
        if self._random.random() < 0.5:
            kill_group(group)
            return True
        return self._kill_one_of(answering)

    def _strike_connection(self) -> bool:
        """One connection of any process but ours, ended by the database server."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
                " AND pid <> pg_backend_pid() AND backend_type = 'client backend' ORDER BY pid"
            )
            backends = [pid for (pid,) in cursor.fetchall()]
            if not backends:
                return False
            cursor.execute("SELECT pg_terminate_backend(%s)", [self._random.choice(backends)])
        return True

    def _kill_one_of(self, victims: list[Process]) -> bool:
        if not victims:
            return False
        self._random.choice(victims).kill()
        return True

    def _sentinels(self) -> list[Process]:
        """That of one cluster; none while it is down."""
        cluster = self._a_cluster()
        return [] if cluster is None else children(cluster)

    def _a_cluster(self) -> int | None:
        return self._random.choice(self.site.machines).cluster
