"""Who is killed next: seeded chance over everything that can die."""

from collections import Counter
from random import Random

from django.db import connection

from waproject.faults.processes import children, kill_group, members
from waproject.faults.site import SLOW_TO_RECOVER, Cluster, Site

# How often each kind of victim is drawn. A worker is any child of the sentinel: mostly one that
# sends, sometimes the one that fetches jobs or the one that writes their results.
SHARES = {"worker": 10, "cluster": 2, "sentinel": 1, "web": 2, "connection": 4}


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
        weights = [SHARES[kind] for kind in self._kinds]
        kind = self._random.choices(self._kinds, weights)[0]
        struck = bool(getattr(self, f"_strike_{kind}")())
        self.kills[kind] += struck
        return struck

    def _strike_worker(self) -> bool:
        cluster = self._a_cluster()
        heads = {cluster.group, *cluster.sentinels}
        workers = [one for one in members(cluster.group) if one.pid not in heads]
        if not workers:
            return False
        self._random.choice(workers).kill()
        cluster.hurt()
        return True

    def _strike_cluster(self) -> bool:
        cluster = self._a_cluster()
        if cluster.down_since is not None:
            return False
        kill_group(cluster.group)
        return True

    def _strike_sentinel(self) -> bool:
        cluster = self._a_cluster()
        sentinels = children(cluster.group, cluster.group)
        for sentinel in sentinels:
            sentinel.kill()
        return bool(sentinels)

    def _strike_web(self) -> bool:
        """The whole server, or the process that answers."""
        group = self.site.web.group
        answering = children(group, group)
        if self.site.web.down_since is not None or not answering:
            return False
        if self._random.random() < 0.5:
            kill_group(group)
        else:
            self._random.choice(answering).kill()
        return True

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
        for cluster in self.site.clusters:
            if cluster.hurt_at is None:
                cluster.hurt(SLOW_TO_RECOVER)
        return True

    def _a_cluster(self) -> Cluster:
        return self._random.choice(self.site.clusters)
