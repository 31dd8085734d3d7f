"""Making an archive: a long job, which stores the file beside the other files of the person."""

import hashlib
import io
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from contacts.models import Contact
from messaging.archives.actions import MAKE_ARCHIVES, ArchiveAction
from messaging.archives.content import Wanted, content_of
from messaging.archives.models import ConversationArchive, Format, StorageStatus
from messaging.archives.writing import write
from messaging.files import storing
from messaging.models import Conversation
from waproject.accounts.actors import Actor, user_of
from waproject.accounts.models import User
from waproject.audit.acting import acting
from waproject.core.jobs import operations as jobs
from waproject.core.jobs.kinds import CannotDo, long_work
from waproject.core.jobs.models import Job
from waproject.core.jobs.running import Run
from waproject.core.readers import read_by


def start_archive(wanted: Wanted, form: str, *, by: Actor) -> Job:
    """Start the job that archives what is wanted, for the user who asks for it."""
    with acting(by, ArchiveAction.MAKE, wanted.contact) as event:
        event.after = {"format": form, "from": _said(wanted.since), "until": _said(wanted.until)}
        return jobs.start(
            write_archive,
            title=_("Archive of the conversation with contact %(id)d") % {"id": wanted.contact.pk},
            by=user_of(by),
            parameters={
                "contact": wanted.contact.pk,
                "conversation": wanted.conversation and wanted.conversation.pk,
                "format": Format(form).value,
                "since": _said(wanted.since),
                "until": _said(wanted.until),
            },
        )


@long_work(
    "archive",
    pgettext_lazy("job", "archive of a conversation"),
    permissions=lambda job: [MAKE_ARCHIVES],
    is_private=True,
    kept_for=lambda: jobs.A_DAY,
    template="admin/archives/result.html",
)
def write_archive(run: Run) -> dict[str, Any]:
    """Write the archive that the job asks for."""
    asked = run.job.parameters
    contact = Contact.objects.filter(pk=asked["contact"]).first()
    talks = Conversation.objects.filter(pk=asked["conversation"], contact=contact)
    conversation = talks.first() if asked["conversation"] else None
    if contact is None or (asked["conversation"] and conversation is None):
        raise CannotDo(_("This conversation is not there any more."))
    wanted = Wanted(contact, conversation, _day(asked["since"]), _day(asked["until"]))
    made = archive(wanted, asked["format"], owner=run.job.owner, run=run)
    return {"archive": str(made.archive_id), "name": made.name, "count": made.message_count}


def archive(
    wanted: Wanted,
    form: str,
    *,
    owner: User | None = None,
    status: StorageStatus = StorageStatus.ACTIVE,
    run: Run | None = None,
) -> ConversationArchive:
    """Write what is wanted to a file, and the row that says so; nothing in it is masked."""
    with read_by(None):
        content = content_of(wanted, alive=run.stay if run else lambda: None)
        data = write(content, form)
    row = ConversationArchive(
        contact=wanted.contact,
        conversation=wanted.conversation,
        format=form,
        file_size=len(data),
        checksum_sha256=hashlib.sha256(data).hexdigest(),
        start_date=wanted.since,
        end_date=wanted.until,
        message_count=content["figures"]["messages"],
        figures=content["figures"],
        storage_status=status,
        made_by=owner,
    )
    folder = f"{storing.person_folder(wanted.contact.pk)}/conversations"
    row.file_path = storing.put(f"{folder}/{row.archive_id}.{form}", io.BytesIO(data))
    try:
        with transaction.atomic():
            if run:
                run.progress(row.message_count)
            row.save()
    except BaseException:
        storing.delete(row.file_path)
        raise
    return row


def _said(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
