"""The one way by which events of the log go: those that a business keeps no longer.

The database refuses every other deletion. It lets go what is older than the moment that the
transaction names, and never what is younger than SHORTEST: migrations/0001 has the triggers.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from waproject.audit.models import Event
from waproject.tenants.retention.periods import Period
from waproject.tenants.retention.sweeps import Sweep

# No setting makes a business forget its events sooner.
SHORTEST = timedelta(days=90)

EVENTS_KEPT = Period(
    "events",
    _("Log of operations"),
    _("Events of the log are deleted. Those of the last 90 days stay in any case."),
    default=lambda: 1_095,
    shortest=SHORTEST.days,
)


def _old(before: datetime) -> QuerySet[Event]:
    found: QuerySet[Event] = Event.objects.filter(at__lt=_latest(before))
    return found


def _delete(ids: Sequence[int], before: datetime) -> int:
    with _door_open_until(_latest(before)):
        return _old(before).filter(pk__in=ids).delete()[0]


def _latest(before: datetime) -> datetime:
    return min(before, timezone.now() - SHORTEST)


@contextmanager
def _door_open_until(moment: datetime) -> Iterator[None]:
    """A transaction in which the database lets events from before `moment` go."""
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT set_config('app.audit_retention', %s, true)", [moment.isoformat()]
            )
            yield
            cursor.execute("SELECT set_config('app.audit_retention', '', true)")
        else:
            adapted = connection.ops.adapt_datetimefield_value(moment)
            cursor.execute("INSERT INTO audit_retention (before) VALUES (%s)", [adapted])
            yield
            cursor.execute("DELETE FROM audit_retention")


EVENTS = Sweep("events", EVENTS_KEPT, _("events of the log"), due=_old, take=_delete, chunk=2_000)
