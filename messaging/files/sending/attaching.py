"""A file of staff that goes out with an answer.

It is kept under the person to whom it goes, as what they send is. The provider fetches it at a
signed address that ends: whoever finds it in a log later has nothing.

What may be sent: https://www.twilio.com/docs/whatsapp/guidance-whatsapp-media-messages, read in
November 2026: 16 MB, of a picture 5 MB. One file goes with one message.
"""

from datetime import datetime, timedelta
from typing import BinaryIO, cast

from django.core.files.base import File
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _

from contacts.states import Channel
from messaging.content import ATTACHED, ATTACHED_URL
from messaging.files.actions import FileAction
from messaging.files.models import StoredFile
from messaging.files.states import file_type_of
from messaging.files.storing import NotTaken, download_name, store, tidy_file_name
from messaging.models import Conversation
from waproject.accounts.actors import Actor
from waproject.audit.acting import acting
from waproject.core.files.kinds import HEAD, ending_of, found_type, type_of
from waproject.core.files.links import Linked, link

_MEGABYTE = 1024 * 1024
MOST, MOST_OF_A_PICTURE = 16 * _MEGABYTE, 5 * _MEGABYTE
# The provider fetches a file when it sends it, and once more where something went wrong.
FETCHED_WITHIN = timedelta(hours=1)
# A file by its first bytes; what is within a ZIP or an older document, by its name.
_OFFICE = "application/vnd.openxmlformats-officedocument"
_PACKED = (
    *(f"{_OFFICE}.wordprocessingml.document", f"{_OFFICE}.spreadsheetml.sheet"),
    *("application/msword", "application/vnd.ms-excel"),
)
_BY_NAME = {ending_of(one): one for one in _PACKED}
_SENT = {
    *("image/jpeg", "image/png", "image/webp", "video/mp4", "video/3gpp", "application/pdf"),
    *("audio/ogg", "audio/mpeg", "audio/mp4", "audio/aac", "audio/amr", *_PACKED),
}


class CannotAttach(Exception):
    """Why a file cannot go out, in a sentence."""


def attach(conversation: Conversation, upload: File, *, by: Actor) -> StoredFile:
    """Keep a file that is to go out in a conversation. Raises CannotAttach."""
    with acting(by, FileAction.ATTACH) as event:
        said = _type_of(conversation, upload)
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


def sent_as(row: StoredFile, *, until: datetime | None) -> dict[str, str]:
    """What a delivery has of a file: its id, and the address at which it is fetched until then."""
    ends = (until or timezone.now()) + FETCHED_WITHIN
    linked = Linked(row.file_path, download_name(row))
    return {ATTACHED: str(row.file_id), ATTACHED_URL: link(linked, until=ends)}


def _type_of(conversation: Conversation, upload: File) -> str:
    """The type of a file that WhatsApp takes."""
    if conversation.sender.channel != Channel.WHATSAPP:
        raise CannotAttach(_("Files go by WhatsApp alone."))
    upload.seek(0)
    head = upload.read(HEAD)
    name = (upload.name or "").lower()
    named = next((kind for ending, kind in _BY_NAME.items() if name.endswith(ending)), "")
    is_packed = found_type(head) in ("application/zip", "application/x-ole-storage")
    found = type_of(head, named if is_packed else "")
    if found not in _SENT:
        raise CannotAttach(
            _("WhatsApp takes pictures, sounds, videos, PDF, Word and Excel; this is none of them.")
        )
    most = MOST_OF_A_PICTURE if found.startswith("image/") else MOST
    if upload.size > most:
        sentence = _("WhatsApp takes at most %(most)s of this kind of file.")
        raise CannotAttach(sentence % {"most": filesizeformat(most)})
    return found
