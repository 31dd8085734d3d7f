"""A file of staff that goes out with an answer.

It is kept under the person to whom it goes, as what they send is. The provider fetches it at a
signed address that ends: whoever finds it in a log later has nothing.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import BinaryIO, cast

from django.core.files.base import File
from django.utils import timezone
from django.utils.translation import gettext as _

from messaging.content import ATTACHED, ATTACHED_URL
from messaging.files.actions import FileAction
from messaging.files.models import StoredFile
from messaging.files.sending.limits import PACKED, Limits, limits_of, too_large, why_none
from messaging.files.states import file_type_of
from messaging.files.storing import NotTaken, download_name, store, tidy_file_name
from messaging.models import Conversation, Sender
from waproject.accounts.actors import Actor
from waproject.audit.acting import acting
from waproject.core.files.kinds import HEAD, ending_of, found_type, type_of
from waproject.core.files.links import Linked, link

# The provider fetches a file when it sends it, and once more where something went wrong.
FETCHED_WITHIN = timedelta(hours=1)
# A file by its first bytes; what is within a ZIP or an older document, by its name.
_BY_NAME = {ending_of(one): one for one in PACKED}


class CannotAttach(Exception):
    """Why a file cannot go out, in a sentence."""


def required_limits(sender: Sender) -> Limits:
    """What this sender can send of files. Raises CannotAttach when it can send none."""
    limits = limits_of(sender)
    if limits is None:
        raise CannotAttach(why_none(sender))
    return limits


def attach(conversation: Conversation, upload: File, *, by: Actor) -> StoredFile:
    """Keep a file that is to go out in a conversation. Raises CannotAttach."""
    with acting(by, FileAction.ATTACH) as event:
        said = _type_of(required_limits(conversation.sender), upload)
        row = StoredFile.objects.create(
            contact_id=conversation.contact_id,
            file_type=file_type_of(said),
            original_filename=tidy_file_name(upload.name or ""),
        )
        try:
            store(row, cast(BinaryIO, upload), said=said)
        except NotTaken as error:
            raise CannotAttach(_("This file cannot be read.")) from error
        except OSError as error:
            raise CannotAttach(_("The file cannot be kept now. Try again in a while.")) from error
        row.refresh_from_db()
        event.about = row
        return row


def sent_as(rows: Sequence[StoredFile], *, until: datetime | None) -> dict[str, str]:
    """What a delivery has of its files: their ids, and where each is fetched until then."""
    ends = (until or timezone.now()) + FETCHED_WITHIN
    addresses = [link(Linked(row.file_path, download_name(row)), until=ends) for row in rows]
    ids = [str(row.file_id) for row in rows]
    return {ATTACHED: " ".join(ids), ATTACHED_URL: " ".join(addresses)}


def _type_of(limits: Limits, upload: File) -> str:
    """The type of a file that is taken."""
    upload.seek(0)
    head = upload.read(HEAD)
    name = (upload.name or "").lower()
    named = next((kind for ending, kind in _BY_NAME.items() if name.endswith(ending)), "")
    is_packed = found_type(head) in ("application/zip", "application/x-ole-storage")
    found = type_of(head, named if is_packed else "")
    if found not in limits.types:
        raise CannotAttach(str(limits.says_types))
    if upload.size > limits.most_of(found):
        raise CannotAttach(too_large(limits.most_of(found)))
    return found
