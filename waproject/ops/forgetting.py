"""What all businesses share and nobody needs for long: a task of the tick.

Users may work for several businesses, so log-ins that failed are the installation's, and so are the
results of the queue. Sessions that are over go by waproject.accounts.signin.sessions.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django_q.models import Task

from waproject.accounts.signin.models import CachedValue

LOGINS_KEPT = timedelta(days=30)
# A job's arguments are ids and names of functions; the error of one that failed is its kind alone.
RESULTS_KEPT = timedelta(days=30)
MAILS_KEPT = timedelta(days=30)
# One turn's share of each kind, so that no transaction is long.
SHARE = 1_000


def forget_of_installation(now: datetime | None = None) -> str:
    """Delete failed log-ins, results of jobs, values of the cache and written mails of old."""
    moment = now or timezone.now()
    gone = sum(map(_delete, _rows(moment))) + _delete_mails(moment)
    return f"{gone} forgotten"


def _rows(now: datetime) -> Iterator[QuerySet[Any]]:
    for kind in (AccessAttempt, AccessFailureLog, AccessLog):
        yield kind.objects.filter(attempt_time__lt=now - LOGINS_KEPT)
    yield Task.objects.filter(stopped__lt=now - RESULTS_KEPT)
    yield CachedValue.objects.filter(expires__lt=now)


def _delete(rows: QuerySet[Any]) -> int:
    share = list(rows.values_list("pk", flat=True)[:SHARE])
    if not share:
        return 0
    rows.model._default_manager.filter(pk__in=share).delete()
    return len(share)


def _delete_mails(now: datetime) -> int:
    """Without a mail server they are files (EMAIL_FILE_PATH)."""
    folder = Path(settings.EMAIL_FILE_PATH)
    oldest = (now - MAILS_KEPT).timestamp()
    old = [file for file in folder.glob("*.log") if file.stat().st_mtime < oldest]
    for file in old:
        file.unlink(missing_ok=True)
    return len(old)
