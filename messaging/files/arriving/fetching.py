"""Bringing the files of messages from the provider, several at a time.

The rows say what is to fetch, and a job is a hint. A worker claims a row by moving its next attempt
to after its own lease, so that one that dies is followed by another; the attempts are counted, and
have an end.
"""

import asyncio
import logging
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from tempfile import TemporaryFile
from typing import BinaryIO, cast

from asgiref.sync import async_to_sync
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from messaging.files.models import StoredFile
from messaging.files.states import FileState, Reason, file_type_of
from messaging.files.storing import NotTaken, store
from messaging.providers.base import NotConfigured, ProviderUnavailable
from messaging.providers.files import RemoteFile
from messaging.providers.gateways import Gateways
from waproject.core.fetching.fetching import Fetched, NotFetched, Why

_log = logging.getLogger(__name__)

AT_ONCE = 4
# A worker that has not settled a file by then is dead: a fetch has 30 seconds.
LEASE = timedelta(minutes=2)
# The waits between attempts; after the last one the file is given up.
WAITS = (
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=6),
)
_REASONS = {why: Reason(why.value) for why in Why}


@dataclass(frozen=True, slots=True)
class Listed:
    """The files of a message that came without saying which."""

    files: list[RemoteFile]


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why nothing came; `is_passing`: another attempt may bring it."""

    reason: Reason
    is_passing: bool


Outcome = Fetched | Listed | Trouble


def fetch_due(seconds: float) -> tuple[int, bool]:
    """Fetch what is due for about so long; how many files were settled, and whether more wait."""
    deadline, settled = time.monotonic() + seconds, 0
    while rows := _claim(AT_ONCE):
        with ExitStack() as files:
            places = [cast(BinaryIO, files.enter_context(TemporaryFile())) for _row in rows]
            outcomes = _fetch(rows, places)
            for row, place, outcome in zip(rows, places, outcomes, strict=True):
                _take(row, place, outcome)
        settled += len(rows)
        if time.monotonic() > deadline:
            return settled, StoredFile.objects.due(timezone.now()).exists()
    return settled, False


def _claim(count: int) -> list[StoredFile]:
    """So many of the rows that are due, held by this worker until its lease ends."""
    now = timezone.now()
    due = StoredFile.objects.due(now).select_related("message__account")
    claimed = []
    for row in due.order_by("next_try_at", "pk")[:count]:
        same = StoredFile.objects.due(now).filter(pk=row.pk, attempts=row.attempts)
        if same.update(attempts=F("attempts") + 1, next_try_at=now + LEASE):
            row.attempts += 1
            claimed.append(row)
    return claimed


@async_to_sync
async def _fetch(rows: Sequence[StoredFile], places: Sequence[BinaryIO]) -> list[Outcome]:
    async with Gateways() as gateways:
        asked = (_ask(gateways, row, place) for row, place in zip(rows, places, strict=True))
        return await asyncio.gather(*asked)


async def _ask(gateways: Gateways, row: StoredFile, place: BinaryIO) -> Outcome:
    if row.message is None or row.message.account is None:
        return Trouble(Reason.NO_ACCOUNT, is_passing=False)
    try:
        gateway = await gateways.of(row.message.account)
        if not row.source_url:
            return Listed(await gateway.list_media(row.message.message_sid or ""))
        limit = settings.MEDIA_MAX_BYTES
        return await gateway.fetch_media(row.source_url, place, limit=limit)
    except NotConfigured:
        return Trouble(Reason.NO_ACCOUNT, is_passing=True)
    except ProviderUnavailable:
        return Trouble(Reason.AWAY, is_passing=True)
    except NotFetched as error:
        return Trouble(_REASONS[error.why], error.is_passing)


def _take(row: StoredFile, place: BinaryIO, outcome: Outcome) -> None:
    """Keep what came, or say why nothing did."""
    if isinstance(outcome, Listed):
        _name(row, outcome.files)
        return
    if isinstance(outcome, Trouble):
        _note(row, outcome)
        return
    said = row.mime_type or outcome.content_type
    try:
        store(row, place, said=said, name=outcome.name)
    except NotTaken as error:
        _note(row, Trouble(error.reason, is_passing=False))
    except OSError:
        # A disk that is full or a bucket that is away holds up neither the others nor this one.
        _log.exception("A file cannot be kept")
        _note(row, Trouble(Reason.NO_ROOM, is_passing=True))


@transaction.atomic
def _name(row: StoredFile, files: Sequence[RemoteFile]) -> None:
    """Write down which files a message has: the row is its first, and the others get rows."""
    if not files:
        _note(row, Trouble(Reason.GONE, is_passing=False))
        return
    held = StoredFile.objects.filter(pk=row.pk, attempts=row.attempts, state=FileState.WAITING)
    now = timezone.now()
    if not held.update(**_named(files[0]), attempts=0, next_try_at=now):
        return
    more = (
        StoredFile(
            contact_id=row.contact_id,
            message_id=row.message_id,
            position=position,
            next_try_at=now,
            **_named(file),
        )
        for position, file in enumerate(files[1:], 1)
    )
    StoredFile.objects.bulk_create(more, ignore_conflicts=True)


def _named(file: RemoteFile) -> dict[str, str]:
    return {
        "source_url": file.url,
        "mime_type": file.type[:100],
        "file_type": file_type_of(file.type),
    }


def _note(row: StoredFile, trouble: Trouble) -> None:
    """Another attempt later, or the end of it with its reason."""
    now = timezone.now()
    held = StoredFile.objects.filter(pk=row.pk, attempts=row.attempts, state=FileState.WAITING)
    if trouble.is_passing and row.attempts <= len(WAITS):
        held.update(next_try_at=now + WAITS[row.attempts - 1], updated_at=now)
    else:
        held.update(state=FileState.FAILED, reason=trouble.reason, next_try_at=None, updated_at=now)
