"""The type of a file, by its first bytes; what is said of it counts only where these are silent.

What a file is called says nothing of it.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

# So many bytes are looked at.
HEAD = 4_096
UNKNOWN = "application/octet-stream"
VCARD = "text/vcard"

# What browsers show and play by themselves, and cannot run.
SHOWN = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})
PLAYED = frozenset(
    {
        *("audio/ogg", "audio/mpeg", "audio/mp4", "audio/aac", "audio/amr", "audio/wav"),
        *("video/mp4", "video/3gpp", "video/webm", "video/quicktime"),
    }
)


class Signature(NamedTuple):
    """How files of a type begin, and how their names end."""

    type: str
    ending: str
    fits: Callable[[bytes], object]


def _begins(*starts: bytes) -> Callable[[bytes], object]:
    return lambda head: head.startswith(starts)


def _matches(pattern: bytes) -> Callable[[bytes], object]:
    return re.compile(pattern, re.DOTALL).match


# In this order: a sound of MP4 begins as its videos do, but for the brand.
SIGNATURES = (
    Signature("image/jpeg", ".jpg", _begins(b"\xff\xd8\xff")),
    Signature("image/png", ".png", _begins(b"\x89PNG\r\n\x1a\n")),
    Signature("image/gif", ".gif", _begins(b"GIF87a", b"GIF89a")),
    Signature("image/webp", ".webp", _matches(rb"RIFF....WEBP")),
    Signature("image/avif", ".avif", _matches(rb".{4}ftypavi[fs]")),
    Signature("image/heic", ".heic", _matches(rb".{4}ftyp(heic|heix|mif1|hevc)")),
    Signature("image/tiff", ".tiff", _begins(b"II*\x00", b"MM\x00*")),
    Signature("audio/mp4", ".m4a", _matches(rb".{4}ftyp(M4A |M4B )")),
    Signature("video/3gpp", ".3gp", _matches(rb".{4}ftyp3g")),
    Signature("video/quicktime", ".mov", _matches(rb".{4}ftypqt")),
    Signature("video/mp4", ".mp4", _matches(rb".{4}ftyp")),
    Signature("video/webm", ".webm", _begins(b"\x1aE\xdf\xa3")),
    Signature("audio/ogg", ".ogg", _begins(b"OggS")),
    Signature("audio/amr", ".amr", _begins(b"#!AMR")),
    Signature("audio/wav", ".wav", _matches(rb"RIFF....WAVE")),
    Signature("audio/aac", ".aac", _matches(rb"\xff[\xf0\xf1\xf8\xf9]")),
    Signature("audio/mpeg", ".mp3", _matches(rb"ID3|\xff[\xe2\xe3\xf2\xf3\xfa\xfb]")),
    Signature("application/pdf", ".pdf", _begins(b"%PDF-")),
    Signature("application/zip", ".zip", _begins(b"PK\x03\x04", b"PK\x05\x06")),
    Signature("application/x-ole-storage", ".bin", _begins(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")),
)
_ENDINGS = {one.type: one.ending for one in SIGNATURES}
# Formats within others: how what is said may differ from what the first bytes tell.
_OFFICE = "application/vnd.openxmlformats-officedocument."
_WITHIN = {
    "application/zip": (_OFFICE, "application/vnd.oasis.opendocument.", "application/x-zip"),
    "application/x-ole-storage": ("application/msword", "application/vnd.ms-"),
    "video/mp4": ("video/", "audio/mp4", "audio/x-m4a", "audio/aac"),
    "video/3gpp": ("video/", "audio/3gpp", "audio/amr"),
    "video/webm": ("video/", "audio/webm"),
    "audio/ogg": ("audio/", "application/ogg", "video/ogg"),
    "audio/mpeg": ("audio/",),
    "audio/aac": ("audio/",),
    "audio/mp4": ("audio/", "video/mp4"),
    "image/heic": ("image/heif",),
    "image/jpeg": ("image/jpg", "image/pjpeg"),
}
# Types without a mark of their own: text, which is what it says if it can be read as text.
_TEXTS = {
    "text/plain": ".txt",
    "text/csv": ".csv",
    "text/vcard": ".vcf",
    "text/x-vcard": ".vcf",
    "text/calendar": ".ics",
}
_OFFICE_ENDINGS = {
    f"{_OFFICE}wordprocessingml.document": ".docx",
    f"{_OFFICE}spreadsheetml.sheet": ".xlsx",
    f"{_OFFICE}presentationml.presentation": ".pptx",
    "application/msword": ".doc",
    "application/vnd.ms-excel": ".xls",
    "application/vnd.ms-powerpoint": ".ppt",
}
_ALL_ENDINGS = {**_TEXTS, **_OFFICE_ENDINGS, **_ENDINGS}


class OtherType(Exception):
    """The file is something else than it was said to be."""


def found_type(head: bytes) -> str:
    """The type that the first bytes of a file tell; "" when they tell none."""
    return next((one.type for one in SIGNATURES if one.fits(head)), "")


def type_of(head: bytes, said: str) -> str:
    """The type of a file that begins so and was said to be of that type.

    Raises OtherType when something else was said that browsers or people would treat differently:
    a page of HTML that calls itself a picture.
    """
    said = said.partition(";")[0].strip().lower()
    found = found_type(head)
    if not found:
        return _unmarked(head, said)
    if said in ("", UNKNOWN, "binary/octet-stream", found):
        return found
    if not said.startswith(_WITHIN.get(found, (found,))):
        raise OtherType
    kept = found in ("application/zip", "application/x-ole-storage") or said.startswith("audio/")
    return said if kept else found


def _unmarked(head: bytes, said: str) -> str:
    """The type of a file without a mark: one of texts, or unknown. It is never shown or played."""
    if said in _TEXTS and b"\x00" not in head:
        return VCARD if said == "text/x-vcard" else said
    if said in SHOWN | PLAYED or said == "application/pdf" or said in _OFFICE_ENDINGS:
        raise OtherType
    return UNKNOWN


def ending_of(mime_type: str) -> str:
    """How the name of a file of this type ends; ".bin" where none is usual."""
    return _ALL_ENDINGS.get(mime_type, ".bin")


def type_named(path: str) -> str:
    """The type of a kept file by the end of its path, which was given when it was looked at."""
    found = (one for one, ending in _ALL_ENDINGS.items() if path.endswith(ending))
    return next(found, UNKNOWN)
