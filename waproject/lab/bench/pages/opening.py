"""Opens every page of the admin in a large business, and says what each takes."""

import time
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpResponseBase
from django.test import Client
from django.test.utils import override_settings
from django.utils.translation import gettext as _

from waproject.accounts.models import User
from waproject.core.gc_tuning import collecting_rarely
from waproject.lab.bench.audit.log import PLAIN
from waproject.lab.bench.filling.rows import vacuum
from waproject.lab.bench.lines import Line
from waproject.lab.bench.measuring import Bench
from waproject.lab.bench.pages import addresses
from waproject.lab.bench.pages.business import make_business

RECIPIENTS = 900_000
# What a page may take of the server, in milliseconds; its questions to the database; its size.
MOST_MILLISECONDS = 200
# What the inbox may take, where people work all day: its list, and a conversation beside it.
INBOX, MOST_OF_THE_INBOX = "/admin/inbox/", {"sqlite": 200, "postgres": 100}
MOST_QUERIES = 100
MOST_BYTES = 300_000
ROOT = "/admin/"


@dataclass
class Opened:
    """A page as it was opened first: its address, queries and bytes."""

    url: str
    queries: int
    size: int


def pages(bench: Bench) -> list[Line]:
    """Each page with its milliseconds, the slowest last; and how many take too long."""
    with bench.new_database() as url:
        bench.apart(make_business, url, recipients=bench.size(RECIPIENTS))
        bench.apart(vacuum, url)
        seen = bench.apart(open_all, url, rounds=bench.rounds)
    return judged(seen, MOST_OF_THE_INBOX[url.partition(":")[0]])


def judged(seen: list[dict[str, Any]], most_of_the_inbox: int = MOST_MILLISECONDS) -> list[Line]:
    """The slowest last; pages of the inbox are to take no more than `most_of_the_inbox` ms."""
    ordered = sorted(seen, key=lambda one: one["milliseconds"])
    lines = [
        _line(most=most_of_the_inbox if is_the_inbox(one["url"]) else MOST_MILLISECONDS, **one)
        for one in ordered
    ]
    slow = sum(line.value > MOST_MILLISECONDS for line in lines)
    total = Line(
        _("pages that take longer than %(limit)d ms") % {"limit": MOST_MILLISECONDS},
        _("of %(count)d pages") % {"count": len(lines)},
        slow,
        0,
        at_most=True,
    )
    return [*lines, total]


def is_the_inbox(url: str) -> bool:
    """Whether it is the list of the inbox, with a conversation or without."""
    rest = url.removeprefix(INBOX)
    return rest != url and (not rest or rest[0] == "?" or rest in {"list/", "live/"})


def _line(url: str, queries: int, size: int, milliseconds: float, most: int) -> Line:
    figures = _("%(queries)d queries, %(size)d kB") % {"queries": queries, "size": size / 1_000}
    flaw = ""
    if queries > MOST_QUERIES:
        flaw = _("It asks the database too often: %(figures)s.") % {"figures": figures}
    elif size > MOST_BYTES:
        flaw = _("It is too large: %(figures)s.") % {"figures": figures}
    work = url.removeprefix(ROOT) or ROOT
    return Line(work, figures, milliseconds, most, at_most=True, flaw=flaw)


def open_all(rounds: int) -> list[dict[str, Any]]:
    """Find the pages by opening them; then take the time of each, the median of the rounds."""
    client = Client(headers={"host": "localhost"})
    client.force_login(User.objects.get(username="bench"))
    storages = {**settings.STORAGES, "staticfiles": {"BACKEND": PLAIN}}
    plain = override_settings(STORAGES=storages, SECURE_SSL_REDIRECT=False, SECOND_FACTOR_ROLES=[])
    with plain, collecting_rarely():  # as the processes that serve the site
        walk = _Walk(client)
        walk.open_all()
        return [
            {**asdict(one), "milliseconds": _milliseconds(client, one.url, rounds)}
            for one in walk.opened
        ]


def _milliseconds(client: Client, url: str, rounds: int) -> float:
    taken = []
    for _round in range(rounds):
        begun = time.perf_counter()
        client.get(url)
        taken.append(1_000 * (time.perf_counter() - begun))
    return median(taken)


class _Walk:
    """Opens the pages of the admin, each once, and keeps what each took."""

    def __init__(self, client: Client) -> None:
        self.opened: list[Opened] = []
        self._client = client
        self._urls: set[str] = set()
        self._shapes: set[addresses.Shape | None] = set()
        self._filters: dict[str, frozenset[str]] = {}
        self._links: dict[addresses.Shape, str] = {}

    def open_all(self) -> None:
        """The pages that there are, their lists in every way, and what they link to besides."""
        for url in addresses.starts():
            self._open(url)
        for shape, url in list(self._links.items()):
            if shape not in self._shapes:
                self._open(url)

    def _open(self, url: str) -> None:
        """Open a page; a list in every way."""
        response = self._one(url)
        changelist = getattr(response, "context_data", {}).get("cl") if response else None
        if changelist is None:
            return
        path = url.partition("?")[0]
        known = self._filters.get(path)
        for variant in addresses.variants(url, changelist, known):
            self._one(variant)
        self._filters[path] = (known or frozenset()) | addresses.filters_of(changelist)

    def _one(self, url: str) -> Any:
        """Open a page; return its response when it is one that a reader sees, else None."""
        if url in self._urls:
            return None
        self._urls.add(url)
        counted = _Counted()
        with connection.execute_wrapper(counted):
            response = self._client.get(url)
        if not _is_page(response):
            return None
        self.opened.append(Opened(url, counted.queries, len(response.content)))
        self._shapes.add(addresses.shape(url))
        for shape, linked in addresses.links(response.text):
            self._links.setdefault(shape, linked)
        return response


class _Counted:
    """Counts the queries that pass."""

    queries = 0

    def __call__(self, execute: Any, *query: Any) -> Any:
        self.queries += 1
        return execute(*query)


def _is_page(response: HttpResponseBase) -> bool:
    """Whether it is a page: not a file, nor a way elsewhere, nor for those who send something."""
    is_html = response.headers.get("Content-Type", "").startswith("text/html")
    return response.status_code == 200 and is_html and not response.streaming
