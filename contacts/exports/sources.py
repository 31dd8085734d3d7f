"""What can be exported in the background: each kind of source decides who may, and writes."""

from typing import BinaryIO, Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from contacts.exports.models import ExportJob
from waproject.accounts.models import User
from waproject.core.exports.rows import Progress


class CannotExport(Exception):
    """The file cannot be written as asked; the text is a sentence for the person who asked."""


class Source(Protocol):
    """One kind of thing that can be exported, as settings.EXPORT_SOURCES names it."""

    def missing(self, job: ExportJob, user: User) -> list[str]:
        """The permissions, as has_perm takes them, that the user lacks for this export now."""

    def write(self, job: ExportJob, file: BinaryIO, progress: Progress) -> None:
        """Write what the job asks for, as its owner would see it now.

        Calls `progress` after each chunk. Raises CannotExport.
        """


def source_of(job: ExportJob) -> Source:
    source: Source = import_string(settings.EXPORT_SOURCES[job.source])()
    return source
