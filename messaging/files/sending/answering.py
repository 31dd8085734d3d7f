"""An answer with files: all of it, or nothing.

WhatsApp takes one file with a message, so that several files are several messages of one answer; an
MMS takes them together. The text goes with the first file where the channel shows it there, and
before it as a message of its own elsewhere.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.files.base import File
from django.db import transaction

from messaging import answers
from messaging.answers import Part
from messaging.files.models import StoredFile
from messaging.files.sending.attaching import CannotAttach, attach, required_limits, sent_as
from messaging.files.sending.limits import Limits, too_many, too_much
from messaging.files.storing import delete_unless_used
from messaging.models import Conversation
from waproject.accounts.actors import Actor


class _Repeated(Exception):
    """The same answer was posted before."""


def answer_with_files(
    conversation_id: int,
    text: str,
    uploads: Sequence[File],
    *,
    by: Actor,
    due_at: datetime | None = None,
    **given: Any,
) -> bool:
    """As `messaging.answers.answer`, with files; the text may be empty. `given` is passed on.

    False when it was posted before. Raises CannotAnswer and CannotAttach, each with a sentence.
    """
    kept: list[StoredFile] = []
    try:
        with transaction.atomic():
            conversation = Conversation.objects.select_related("sender").get(pk=conversation_id)
            limits = required_limits(conversation.sender)
            _check_together(limits, text, uploads)
            for upload in uploads:
                kept.append(_attach_named(conversation, upload, len(uploads) > 1, by))
            until = answers.valid_until(conversation, due_at)
            parts = _parts(limits, text, kept, until)
            given |= {"enclosed": _checksum(kept), "parts": parts, "due_at": due_at}
            if not answers.answer(conversation_id, text, by=by, **given):
                raise _Repeated
    except BaseException as error:
        _forget(kept)
        if isinstance(error, _Repeated):
            return False
        raise
    return True


def _check_together(limits: Limits, text: str, uploads: Sequence[File]) -> None:
    if len(uploads) > limits.files:
        raise CannotAttach(too_many(limits))
    if sum(one.size for one in uploads) + len(text.encode()) > limits.in_all:
        raise CannotAttach(too_much(limits))


def _attach_named(
    conversation: Conversation, upload: File, is_one_of_several: bool, by: Actor
) -> StoredFile:
    try:
        return attach(conversation, upload, by=by)
    except CannotAttach as refusal:
        if is_one_of_several:
            raise CannotAttach(f"{upload.name}: {refusal}") from refusal
        raise


def _parts(
    limits: Limits, text: str, rows: Sequence[StoredFile], until: datetime | None
) -> list[Part]:
    """The messages of the answer, in the order in which they leave."""
    starts = range(0, len(rows), limits.in_message)
    groups = [rows[start : start + limits.in_message] for start in starts]
    first, *others = [Part("", sent_as(group, until=until)) for group in groups]
    if text and not limits.goes_along(text, rows[0].mime_type):
        return [Part(text), first, *others]
    return [Part(text, first.attached), *others]


def _checksum(rows: Sequence[StoredFile]) -> str:
    """One checksum of all the files, in their order."""
    return hashlib.sha256(" ".join(one.checksum_sha256 for one in rows).encode()).hexdigest()


def _forget(rows: Sequence[StoredFile]) -> None:
    """Delete what was kept for an answer that came to nothing."""
    for path in {path for row in rows for path in (row.file_path, row.thumbnail_path) if path}:
        delete_unless_used(path)
