"""The log of operations when it is long: its list, its filters, search, history and export.

`prepare` fills a database, `ask` opens the pages as staff do. Every page has to open in READABLE
seconds, whether there are 100,000 events or a million.
"""

import os
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import BinaryIO
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.test.utils import override_settings, setup_test_environment
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.models import Campaign
from waproject.accounts.memberships import members
from waproject.accounts.models import Membership, Role, User
from waproject.audit.history import history_of
from waproject.audit.models import Event, action_labels
from waproject.core.admin.exporting import ListSource
from waproject.core.admin.lists import COUNT_LIMIT, BigListAdmin
from waproject.core.db.counting import count_up_to
from waproject.core.exports.sources import Wish
from waproject.lab.bench.clock import peak_memory
from waproject.lab.bench.filling.rows import vacuum
from waproject.lab.bench.lines import Line
from waproject.lab.bench.measuring import Bench
from waproject.tenants.scope import current_tenant_id

SIZES = (100_000, 1_000_000)
READABLE = 0.3
EXPORTED = 2_000  # events a second, of the latest EXPORTED_AT_MOST
EXPORTED_AT_MOST = 100_000
USERS = 200
# The addresses of styles, which nobody has collected for a measurement.
PLAIN = "django.contrib.staticfiles.storage.StaticFilesStorage"
SHOWN = BigListAdmin.list_per_page
LIST = "admin:audit_event_changelist"
# Every 5,000th event is one of these, so that each filter has a rare case too.
RARE = 5_000
RARE_ACTION, RARE_WORD = "tenants.change", "feria"

# What is asked, in words, and the question of the list's address.
Questions = Mapping[str, dict[str, str]]


def log(bench: Bench) -> list[Line]:
    """A database of each size, and the pages on it."""
    sizes = [bench.recipients] if bench.recipients else SIZES
    return [line for size in sizes for line in of_size(bench, size)]


def of_size(bench: Bench, size: int) -> list[Line]:
    with bench.new_database() as url:
        bench.apart(prepare, url, events=size)
        bench.apart(settle, url)
        seen = bench.apart(ask, url, rounds=bench.rounds)
        taken = bench.apart(export, url)
    events, wanted = f"{size:,}", min(size, EXPORTED_AT_MOST)
    return [
        *(
            Line(
                _("log of %(events)s: %(page)s, seconds") % {"events": events, "page": page},
                _("%(count)s rows shown") % found,
                found["seconds"],
                READABLE,
                at_most=True,
                flaw="" if found["count"] else _("Nothing was found."),
            )
            for page, found in seen.items()
        ),
        Line(
            _("log of %(events)s: export, events a second") % {"events": events},
            _("%(events)s events in %(seconds).0f s; peak memory %(peak).0f MB")
            % {**taken, "events": f"{taken['events']:,}", "peak": taken["peak"] / 2**20},
            taken["events"] / taken["seconds"],
            EXPORTED,
            flaw="" if taken["events"] == wanted else _("Not every event was written."),
        ),
    ]


def prepare(events: int) -> None:
    """Write that many events of two years, by USERS people, with a few rare ones among them."""
    role = Role.objects.get(name="viewer")
    made = User.objects.bulk_create(
        User(username=f"persona{number}@example.com", is_staff=True) for number in range(USERS)
    )
    Membership.objects.bulk_create(Membership(user=user, role=role) for user in made)
    User.objects.create_superuser("bench")
    actions = sorted(action_labels().keys() - {RARE_ACTION})
    numbers = {
        "postgresql": "generate_series(1, %(events)s) AS numbers(n)",
        "sqlite": "(WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers"
        " WHERE n < %(events)s) SELECT n FROM numbers)",
    }[connection.vendor]
    begin = {
        "postgresql": "now() - ((%(events)s - n) * interval '2 years' / %(events)s)",
        "sqlite": "strftime('%%Y-%%m-%%d %%H:%%M:%%f',"
        " julianday('now') - (%(events)s - n) * 730.0 / %(events)s) || '000'",
    }[connection.vendor]
    as_json = {"postgresql": "CAST('{}' AS jsonb)", "sqlite": "'{}'"}[connection.vendor]
    names = ", ".join(f"({place}, '{name}')" for place, name in enumerate(actions))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO audit_events (tenant_id, at, actor_id, actor_name, action, object_type,
                object_id, object_text, before, after, reason, origin)
            SELECT %(tenant)s, {begin},
                CASE WHEN n %% 3 = 0 THEN NULL ELSE %(first)s + n %% {USERS} END,
                CASE WHEN n %% 3 = 0 THEN '' ELSE 'persona' || (n %% {USERS}) || '@example.com' END,
                CASE WHEN n %% {RARE} = 0 THEN '{RARE_ACTION}' ELSE names.name END,
                CASE n %% 4 WHEN 0 THEN 'campaigns.campaign' WHEN 1 THEN 'messaging.conversation'
                    ELSE 'contacts.contact' END,
                CASE WHEN n %% 50 = 0 THEN '' ELSE CAST(n %% 20000 AS varchar(9)) END,
                CASE WHEN n %% {RARE} = 0 THEN 'Feria de mayo'
                    WHEN n %% 4 = 0 THEN 'Campaña ' || (n %% 20000) ELSE '' END,
                {as_json}, {as_json},
                CASE WHEN n %% 40 = 0 THEN 'lo pidió por teléfono' ELSE '' END,
                'web 192.0.' || (n %% 250) || '.' || (n / 250 %% 250) || ' Firefox 145 Linux'
            FROM {numbers} JOIN (SELECT column1 AS place, column2 AS name FROM (VALUES {names})
                AS listed) AS names ON names.place = n %% {len(actions)}
            """,  # noqa: S608  numbers, and names of our own code
            {"tenant": current_tenant_id(), "events": events, "first": made[0].pk},
        )


def settle() -> None:
    """Let the database learn of the events, as it does some time after they came."""
    vacuum(Event)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE audit_events")


def ask(rounds: int) -> dict[str, dict[str, float]]:
    """For each page: the median of its seconds, and how many rows it shows."""
    setup_test_environment(debug=False)  # so that an answer tells how many rows it shows
    client = Client()
    client.force_login(User.objects.get(username="bench"))
    pages: dict[str, Callable[[], int]] = {
        page: lambda query=query: _shown(client, query)  # type: ignore[misc]
        for page, query in questions().items()
    }
    pages[_("history of one campaign")] = lambda: len(history_of(Campaign(pk=4_004)))
    storages = {**settings.STORAGES, "staticfiles": {"BACKEND": PLAIN}}
    with override_settings(STORAGES=storages, SECOND_FACTOR_ROLES=[]):
        return {page: timed(work, rounds) for page, work in pages.items()}


def questions() -> Questions:
    user = members().order_by("pk")[1]
    action = Event.objects.exclude(action=RARE_ACTION).order_by("pk")[0].action
    counted = count_up_to(Event.objects.all(), COUNT_LIMIT)
    month, hours = (timezone.now() - timedelta(hours=number) for number in (720, 3))
    return {
        _("the list"): {},
        _("the last page of what is counted"): {"p": str(counted // SHOWN)},
        _("what the system did"): {"who": "system"},
        _("what one user did"): {"who": str(user.pk)},
        _("one action"): {"action": action},
        _("a rare action"): {"action": RARE_ACTION},
        _("one kind of object"): {"object_type": "contacts.contact"},
        _("one object"): {"object_type": "campaigns.campaign", "object_id": "4004"},
        _("the last 30 days"): {"at__gte": month.isoformat()},
        _("the last hours"): {"at__gte": hours.isoformat()},
        _("a user and an action"): {"who": str(user.pk), "action": action},
        _("search: a number"): {"q": "4004"},
        _("search: a user"): {"q": user.username},
        _("search: an address"): {"q": "192.0.17"},
        _("search: a rare word"): {"q": RARE_WORD},
        _("search: words of a reason"): {"q": "pidió teléfono"},
    }


def timed(work: Callable[[], int], rounds: int) -> dict[str, float]:
    """The first time is not counted: it reads templates and the database's pages."""
    count = work()
    seconds = []
    for _round in range(rounds):
        begun = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - begun)
    return {"seconds": median(seconds), "count": count}


def _shown(client: Client, query: dict[str, str]) -> int:
    page = client.get(reverse(LIST), query)
    return len(page.context["cl"].result_list)


def export() -> dict[str, float]:
    """Write the latest events as a CSV file that nobody keeps, as the job of an export does."""
    done = 0

    def tell(so_far: int, _of: int) -> None:
        nonlocal done
        done = so_far

    user = User.objects.get(username="bench")
    columns = ["at", "who", "what", "object", "object_id", "reason", "origin"]
    since = Event.objects.order_by("-at").values_list("at", flat=True)[:EXPORTED_AT_MOST]
    query = urlencode({"at__gte": list(since)[-1].isoformat()})
    with Path(os.devnull).open("wb") as file:
        begun = time.perf_counter()
        _write(Wish("list", "audit.event", query, columns), user, file, tell)
        seconds = time.perf_counter() - begun
    return {"events": done, "seconds": seconds, "peak": peak_memory()}


def _write(wish: Wish, user: User, file: BinaryIO, tell: Callable[[int, int], None]) -> None:
    ListSource().write(wish, "csv", user, file, tell)
