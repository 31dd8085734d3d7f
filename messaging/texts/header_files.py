"""The picture, video or document of a header that staff uploaded: kept here, fetched by WhatsApp.

A version names it as `kept:` with the hash of its content and the name that people see,
`kept:3f…9a/oferta-mayo.pdf`; any other text there is a public address of a file elsewhere. Twilio
fetches the file at each send, so its signed address does not end; it is a part of what WhatsApp
approved, and stays the same as long as PUBLIC_BASE_URL and SECRET_KEY do.

What may be sent: https://www.twilio.com/docs/whatsapp/guidance-whatsapp-media-messages, read in
November 2026: 16 MB in all, of a picture 5 MB, and the Content-Type has to be that of the file.
WhatsApp itself would take documents of 100 MB; Twilio does not pass them on.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import PurePath

from django.conf import settings
from django.core.files.base import File
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.text import slugify

from messaging.models import HeaderType, TemplateVersion
from waproject.core.files import keeping
from waproject.core.files.kinds import ending_of
from waproject.core.files.links import Linked, link, path_of_link
from waproject.core.text.sentences import SaidError
from waproject.core.text.sentences import gettext as _
from waproject.tenants.scope import current_tenant_id

FOLDER = "templates"
PREFIX = "kept:"
# An upload that no version names goes after so long: until then its writer may save the template.
UNSAVED_FOR = timedelta(days=2)
_MEGABYTE = 1024 * 1024
_KEPT = re.compile(rf"{PREFIX}([0-9a-f]{{64}})/([a-z0-9_-]{{1,80}})(\.jpg|\.png|\.mp4|\.pdf)")


@dataclass(frozen=True)
class Taken:
    """Which files WhatsApp takes in a header of one type, and up to how many bytes."""

    types: tuple[str, ...]
    words: str
    most: int

    @property
    def accept(self) -> str:
        """As the field of a form names them for the browser's own choice of files."""
        return ",".join(self.types)

    @property
    def most_megabytes(self) -> int:
        return self.most // _MEGABYTE


TAKEN: dict[str, Taken] = {
    HeaderType.IMAGE: Taken(("image/jpeg", "image/png"), "JPG, PNG", 5 * _MEGABYTE),
    HeaderType.VIDEO: Taken(("video/mp4",), "MP4", 16 * _MEGABYTE),
    HeaderType.DOCUMENT: Taken(("application/pdf",), "PDF", 16 * _MEGABYTE),
}


class CannotKeep(SaidError):
    """Why a file cannot be the one of a header, for the person who chose it."""


@dataclass(frozen=True)
class HeaderFile:
    """An uploaded file, as a version names it."""

    digest: str
    stem: str
    ending: str

    @property
    def stored_as(self) -> str:
        return f"{self.digest}{self.ending}"

    @property
    def name(self) -> str:
        """What it is called for whoever gets it."""
        return f"{self.stem}{self.ending}"

    @property
    def path(self) -> str:
        return f"{folder()}/{self.stored_as}"

    @property
    def size(self) -> int | None:
        """In bytes; None when the file is not kept any more."""
        return keeping.size_of(self.path)

    @property
    def address(self) -> str:
        """Where everybody who is told the address fetches it."""
        return link(Linked(self.path, self.name))

    @property
    def own_address(self) -> str:
        """The same within this site, by whichever name its reader came."""
        return path_of_link(Linked(self.path, self.name))

    def __str__(self) -> str:
        return f"{PREFIX}{self.digest}/{self.name}"


def folder() -> str:
    """Where the files of this business are."""
    return f"{FOLDER}/{current_tenant_id()}"


def header_file(header_media: str) -> HeaderFile | None:
    """The uploaded file that a version names; None when it names an address, or nothing."""
    found = _KEPT.fullmatch(header_media.strip())
    return HeaderFile(*found.groups()) if found else None


def address_of(header_media: str) -> str:
    """Where a provider fetches the file of a header."""
    kept = header_file(header_media)
    return kept.address if kept else header_media.strip()


def is_fetched_by_others(header_media: str) -> bool:
    """False when the file is kept here, and nobody outside can reach this installation."""
    return header_file(header_media) is None or settings.PUBLIC_BASE_URL.startswith("https://")


def keep_header_file(upload: File, header_type: str) -> HeaderFile:
    """Keep an upload for a header of this type. Raises CannotKeep with a sentence."""
    taken = TAKEN.get(header_type)
    if taken is None:
        raise CannotKeep(_("Choose first whether the header is a picture, a video or a document."))
    if not upload.size:
        raise CannotKeep(_("The file is empty."))
    found = keeping.type_of_upload(upload)
    if found not in taken.types:
        sentence = _("This is no file of the kind that WhatsApp takes here: %(kinds)s.")
        raise CannotKeep(sentence % {"kinds": taken.words})
    if upload.size > taken.most:
        sentence = _("The file has %(size)s, and WhatsApp takes at most %(most)d MB here.")
        size = str(filesizeformat(upload.size))
        raise CannotKeep(sentence % {"size": size, "most": taken.most_megabytes})
    ending = ending_of(found)
    try:
        digest = keeping.keep(upload, folder(), ending).removesuffix(ending)
    except OSError as error:
        raise CannotKeep(_("The file cannot be kept now. Try again in a while.")) from error
    return HeaderFile(digest, _stem(upload.name or ""), ending)


def forget_unused(now: datetime | None = None) -> int:
    """Delete the uploads of this business that no version names; return how many."""
    named = TemplateVersion.objects.filter(header_media__startswith=PREFIX)
    used = map(header_file, named.values_list("header_media", flat=True).distinct())
    return keeping.forget(
        folder(),
        but={one.stored_as for one in used if one},
        before=(now or timezone.now()) - UNSAVED_FOR,
    )


def _stem(name: str) -> str:
    """The file's name without its ending, in letters that every address and phone can show."""
    return slugify(PurePath(name.replace("\\", "/")).stem)[:80].strip("-_") or "archivo"
