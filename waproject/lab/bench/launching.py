"""The launch of a campaign, against the database's own INSERT ... SELECT of the same rows."""

from collections.abc import Mapping, Sequence
from statistics import median

from django.db import connection
from django.utils.translation import gettext as _

from campaigns.models import Campaign, Recipient
from campaigns.states import RecipientStatus
from waproject.lab.bench.clock import timed
from waproject.lab.bench.filling.people import launch_all, make_campaign, make_owners
from waproject.lab.bench.lines import Line
from waproject.lab.bench.measuring import Bench

RECIPIENTS = 100_000
LEAST_OF_COPY = 0.15

# Seconds of the launch and of the copy, and how many rows each made.
Launched = dict[str, float]


def launch(bench: Bench) -> list[Line]:
    """The median of the rounds, each on a new database."""
    count, rounds = bench.size(RECIPIENTS), []
    for _round in range(bench.rounds):
        with bench.new_database() as url:
            rounds.append(bench.apart(launch_and_copy, url, recipients=count))
    return [judged(count, rounds)]


def judged(count: int, rounds: Sequence[Launched]) -> Line:
    launched, copied = (median(one[way] for one in rounds) for way in ("launch", "copy"))
    lost = any(one[rows] != count for one in rounds for rows in ("launched", "copied"))
    return Line(
        _("launch, over an INSERT … SELECT of the same rows"),
        _("%(launch).2f s : %(copy).2f s") % {"launch": launched, "copy": copied},
        copied / launched,
        LEAST_OF_COPY,
        flaw=_("Not everyone became a recipient.") if lost else "",
    )


def launch_and_copy(recipients: int) -> Launched:
    """Launch a campaign to so many people, preflight included; then copy its recipients."""
    make_owners(recipients)
    campaign = make_campaign()
    with timed() as launching:
        launch_all(campaign)
    copy = campaign.copy()
    with timed() as copying:
        copied = _copy(campaign, copy)
    return {
        "launch": launching.seconds,
        "launched": campaign.recipients.filter(status=RecipientStatus.PENDING).count(),
        "copy": copying.seconds,
        "copied": copied,
    }


def _copy(source: Campaign, to: Campaign) -> int:
    """The same rows under another campaign: same table, indexes and constraints."""
    changed: Mapping[str, str] = {"campaign_id": "%s", "token": "'~' || substr(token, 2)"}
    columns = [
        str(field.column) for field in Recipient._meta.concrete_fields if not field.primary_key
    ]
    values = [changed.get(column, column) for column in columns]
    table = Recipient._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(columns)})"  # noqa: S608  names of our own
            f" SELECT {', '.join(values)} FROM {table} WHERE campaign_id = %s",
            [to.pk, source.pk],
        )
        return int(cursor.rowcount)
