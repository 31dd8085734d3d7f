"""The words for files: their kinds, where they are on their way to us, and why one is not here."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from waproject.core.files.kinds import UNKNOWN


class FileType(models.TextChoices):
    IMAGE = "image", _("picture")
    VIDEO = "video", _("video")
    AUDIO = "audio", _("audio")
    DOCUMENT = "document", _("document")
    OTHER = "other", pgettext_lazy("file", "other")


class StorageLocation(models.TextChoices):
    LOCAL = "local", _("on this installation's disk")
    S3 = "s3", _("in an S3 bucket")


class FileState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("file", "on its way")
    STORED = "stored", pgettext_lazy("file", "kept")
    FAILED = "failed", pgettext_lazy("file", "not here")


class Reason(models.TextChoices):
    """Why a file could not be brought here."""

    FORBIDDEN = "forbidden", _("its address leads to a place that may not be asked")
    GONE = "gone", _("the provider has it no more")
    DENIED = "denied", _("the provider did not accept the account's credentials")
    REFUSED = "refused", _("the provider refused to give it")
    TOO_LARGE = "too_large", _("it is larger than what is taken")
    PACKED = "packed", _("it came compressed, which was not asked for")
    ASTRAY = "astray", _("its address leads in circles")
    AWAY = "away", _("the provider did not give it at any of several attempts")
    NO_ROOM = "no_room", _("there was no room for it here at any of several attempts")
    EMPTY = "empty", _("it is empty")
    OTHER_TYPE = "other_type", _("it is something else than it says")
    NO_ACCOUNT = "no_account", _("the account through which it came works no more")


def file_type_of(mime_type: str) -> FileType:
    """The kind of a file of this type."""
    main = mime_type.partition("/")[0].strip().lower()
    if main in (FileType.IMAGE, FileType.VIDEO, FileType.AUDIO):
        # What can hold a script is no picture: it goes out as a download.
        return FileType.DOCUMENT if "svg" in mime_type.lower() else FileType(main)
    return FileType.OTHER if mime_type in ("", UNKNOWN) else FileType.DOCUMENT


def folder_of(kind: FileType | str) -> str:
    """Where files of a kind are kept, within the folder of their person."""
    folders = {"image": "media/images", "video": "media/videos", "audio": "media/audio"}
    return folders.get(kind, "documents")
