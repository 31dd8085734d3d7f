"""An answer with a file: both, or neither."""

from typing import Any

from django.core.files.base import File
from django.db import transaction

from messaging import answers
from messaging.files.sending.attaching import attach, sent_as
from messaging.files.models import StoredFile
from messaging.files.storing import delete_unless_used
from messaging.models import Conversation
from waproject.accounts.actors import Actor


class _Repeated(Exception):
    """The same answer was posted before."""


def answer_with_file(
    conversation_id: int, text: str, upload: File, *, by: Actor, form_token: str = "", **when: Any
) -> bool:
    """As `messaging.answers.answer`, with a file; the text may be empty. `when` is passed on.

    False when it was posted before. Raises CannotAnswer and CannotAttach, each with a sentence.
    """
    row: StoredFile | None = None
    try:
        with transaction.atomic():
            conversation = Conversation.objects.select_related("sender").get(pk=conversation_id)
            row = attach(conversation, upload, by=by)
            given = {"form_token": form_token, "enclosed": row.checksum_sha256, **when}
            if not answers.answer(conversation_id, text, by=by, **given):
                raise _Repeated
            # In the transaction that queued it: nobody has claimed it yet.
            waiting = answers.waiting_answers(conversation).order_by("-pk")[0]
            waiting.variables = sent_as(row, until=waiting.valid_until)
            waiting.save(update_fields=["variables"])
    except BaseException as error:
        _forget(row)
        if isinstance(error, _Repeated):
            return False
        raise
    return True


def _forget(row: StoredFile | None) -> None:
    """Delete what was kept for an answer that came to nothing."""
    if row is not None:
        for path in filter(None, (row.file_path, row.thumbnail_path)):
            delete_unless_used(path)
