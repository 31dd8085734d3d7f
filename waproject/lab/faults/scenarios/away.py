"""People who write while the database and the web server come and go."""

import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

import psycopg
from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection
from django.utils.translation import gettext as _
from psycopg import sql

from contacts.models import Contact, ContactStatus
from messaging.inbound import late
from messaging.kept.folder import Folder
from messaging.models import Delivery, Message
from waproject.lab.demo.proof import Entry
from waproject.lab.faults import people, provider
from waproject.lab.faults.processes import kill_group
from waproject.lab.faults.run import Run
from waproject.tenants.preferences import local_time

PEOPLE = 20
OUTAGES, OUTAGE_SECONDS = 3, 4.0
WEB_KILLS = 2
# Between two of these events, in seconds: time for what was kept to be taken in.
CALM = 4.0
PATIENCE = 120.0
GOODBYE = "BAJA"
# So many ids are named in one sentence.
NAMED = 5


def prove(run: Run) -> list[str]:
    """Let people write all the while, and hold the provider's journal against the log."""
    if connection.vendor != "postgresql":
        raise CommandError(_("The database of one file is never away: --away needs PostgreSQL."))
    sender = people.make_sender(0, rate=run.options["rate"])
    each = max(1, run.options["recipients"] // PEOPLE)
    with ThreadPoolExecutor(PEOPLE) as hands:
        writing = [hands.submit(_write, run, number, sender.address, each) for number in _numbers()]
        on_disk: set[str] = set()
        for _outage in range(OUTAGES):
            run.wait_seconds(CALM)
            with _database_away():
                time.sleep(OUTAGE_SECONDS)
                on_disk.update(one.name for one in Folder.of_tenant().in_order())
            run.say(_("The database was away."))
        for _kill in range(WEB_KILLS):
            run.wait_seconds(CALM)
            kill_group(run.site.web.group)
            run.say(_("The web server was killed."))
        run.wait(lambda: all(one.done() for one in writing), seconds=PATIENCE + each)
        taken = sum(one.result() for one in writing)
    run.wait(_is_still, seconds=PATIENCE)
    wrote = [entry for entry in run.journal if entry["kind"] == "inbound"]
    missed = _take_in_missed()
    sentence = _(
        "Written: %(count)d; kept on the disk: %(kept)d; met no web server: %(refused)d;"
        " asked for: %(late)d."
    )
    figures = {
        "count": len(wrote),
        "kept": len(on_disk),
        "refused": len(wrote) - taken,
        "late": missed,
    }
    run.say(sentence % figures)
    return [
        *([] if on_disk else [_("No message was kept on the disk.")]),
        *_not_logged_once(wrote),
        *_out_of_order(wrote),
        *_still_reached(run.journal),
    ]


def _numbers() -> list[str]:
    return [f"+569{61_000_000 + number}" for number in range(PEOPLE)]


def _write(run: Run, phone: str, to: str, each: int) -> int:
    """One person writes all of theirs, and says goodbye until that is heard; returns how many."""
    port, taken = run.site.simulator_port, 0
    for number in range(each):
        taken += _is_taken(provider.write_as(port, phone, to, f"{number:06}"))
        time.sleep(0.05)
    while not _is_taken(provider.write_as(port, phone, to, GOODBYE)):
        time.sleep(0.5)
    return taken + 1


def _is_taken(exchange: dict[str, object]) -> bool:
    return exchange["status"] == 200


@contextmanager
def _database_away() -> Iterator[None]:
    """No connection to the run's database, for anybody, until the context ends."""
    database = settings.DATABASES["default"]
    name = str(database["NAME"])
    server = f"host={database['HOST']} port={database['PORT']} user={database['USER']}"
    allow = sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}")
    connection.close()
    with psycopg.connect(f"{server} dbname=postgres", autocommit=True) as admin:
        admin.execute(allow.format(sql.Identifier(name), sql.Literal(False)))
        try:
            admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
            )
            yield
        finally:
            admin.execute(allow.format(sql.Identifier(name), sql.Literal(True)))


def _is_still() -> bool:
    return Folder.of_tenant().is_empty and not Delivery.objects.exists()


def _take_in_missed() -> int:
    """Ask for what met no web server, as the workers do; how many messages that were."""
    at_once = patch.multiple(late, ON_ITS_WAY=timedelta(0), EVERY=timedelta(0))
    with local_time(), at_once:
        return late.receive_missed()


def _not_logged_once(wrote: Sequence[Entry]) -> Iterator[str]:
    logged = set(Message.objects.inbound().values_list("message_sid", flat=True))
    lost = sorted({entry["sid"] for entry in wrote} - logged)
    if lost:
        yield _("Messages from people that are not in the log: %(sids)s.") % {"sids": _named(lost)}
    if len(logged) > len(wrote):
        yield _("There are more messages in the log than were written.")


def _out_of_order(wrote: Sequence[Entry]) -> Iterator[str]:
    """Of what the web took: what met nobody is asked for later, and stands behind."""
    taken = {entry["sid"] for entry in wrote if entry["status"] == 200}
    theirs: dict[str, list[str]] = defaultdict(list)
    rows = Message.objects.inbound().filter(message_sid__in=taken).exclude(body=GOODBYE)
    for phone, body in rows.order_by("pk").values_list("phone", "body"):
        theirs[phone].append(body)
    wrong = [phone for phone, bodies in theirs.items() if bodies != sorted(bodies)]
    if wrong:
        yield _("Messages that are not in their order, of: %(phones)s.") % {"phones": _named(wrong)}


def _still_reached(journal: Sequence[Entry]) -> Iterator[str]:
    everybody = set(_numbers())
    out = Contact.objects.filter(status=ContactStatus.OPTED_OUT).values_list("phone", flat=True)
    if left := sorted(everybody - set(out)):
        yield _("People who said BAJA and are not opted out: %(phones)s.") % {
            "phones": _named(left)
        }
    answered = {
        entry["to"].rpartition(":")[2] for entry in journal if entry["kind"] in ("api", "reply")
    }
    if unanswered := sorted(everybody - answered):
        yield _("People whose BAJA got no answer: %(phones)s.") % {"phones": _named(unanswered)}


def _named(several: Sequence[str]) -> str:
    return ", ".join(several[:NAMED])
