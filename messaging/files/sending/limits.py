"""What a channel takes of files that go out, and of the text that goes with them.

WhatsApp: https://www.twilio.com/docs/whatsapp/guidance-whatsapp-media-messages. MMS:
https://www.twilio.com/docs/messaging/guides/accepted-mime-types. Both read in November 2026.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.template.defaultfilters import filesizeformat
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from contacts.states import Channel
from messaging.models import Sender
from waproject.core.files.kinds import ending_of

_MEGABYTE = 1024 * 1024
_OFFICE = "application/vnd.openxmlformats-officedocument"
# Of a ZIP or an older document the name says which it is.
PACKED = (
    *(f"{_OFFICE}.wordprocessingml.document", f"{_OFFICE}.spreadsheetml.sheet"),
    *("application/msword", "application/vnd.ms-excel"),
)
_FILMS = ("video/mp4", "video/3gpp")
_SOUNDS = ("audio/ogg", "audio/mpeg", "audio/mp4", "audio/aac", "audio/amr")


@dataclass(frozen=True, slots=True)
class Limits:
    """What one answer may hold. Sizes are in bytes.

    `files` is the most of an answer, `in_message` of one of its messages; `in_all` is the most of
    all files and the text together. Of the types in `captioned` a text goes along, up to so many
    characters (`caption`).
    """

    types: frozenset[str]
    files: int
    in_message: int
    one: int
    picture: int
    in_all: int
    captioned: frozenset[str]
    caption: int
    says_types: Promise | str

    def most_of(self, mime_type: str) -> int:
        """The most bytes of a file of this type."""
        return self.picture if mime_type.startswith("image/") else self.one

    def goes_along(self, text: str, mime_type: str) -> bool:
        """Whether the text goes in the message of a file of this type."""
        return mime_type in self.captioned and len(text) <= self.caption

    @property
    def accept(self) -> str:
        """The types for the field of a form."""
        return ",".join(sorted(self.types | {ending_of(one) for one in self.types & {*PACKED}}))


WHATSAPP = Limits(
    types=frozenset(
        {"image/jpeg", "image/png", "image/webp", "application/pdf", *_FILMS, *_SOUNDS, *PACKED}
    ),
    files=10,
    in_message=1,
    one=16 * _MEGABYTE,
    picture=5 * _MEGABYTE,
    # What the server in front takes of one form (deploy/nginx.conf).
    in_all=100 * _MEGABYTE,
    captioned=frozenset({"image/jpeg", "image/png", *_FILMS}),
    caption=1_024,
    says_types=gettext_lazy(
        "WhatsApp takes pictures, sounds, videos, PDF, Word and Excel; this is none of them."
    ),
)
_BY_MMS = frozenset({"image/jpeg", "image/png", "image/gif", "application/pdf", *_FILMS, *_SOUNDS})
MMS = Limits(
    types=_BY_MMS,
    files=10,
    in_message=10,
    one=5 * _MEGABYTE,
    picture=5 * _MEGABYTE,
    in_all=5 * _MEGABYTE,
    captioned=_BY_MMS,
    caption=1_600,
    says_types=gettext_lazy("An MMS takes pictures, sounds, videos and PDF; this is none of them."),
)


def limits_of(sender: Sender) -> Limits | None:
    """What this sender can send of files; None: no file at all (`why_none`)."""
    if sender.channel == Channel.WHATSAPP:
        return WHATSAPP
    return MMS if sender.channel == Channel.SMS and sender.sends_files else None


def why_none(sender: Sender) -> str:
    """Why this sender sends no files, in a sentence; "" when it does."""
    if limits_of(sender) is not None:
        return ""
    if sender.channel == Channel.SMS:
        return _("No file can be sent from here: this number sends SMS, and no MMS.")
    return _("No file can be sent from here: files go by WhatsApp and MMS alone.")


def too_many(limits: Limits) -> str:
    return ngettext(
        "At most %(count)d file goes with one answer.",
        "At most %(count)d files go with one answer.",
        limits.files,
    ) % {"count": limits.files}


def too_large(most: int) -> str:
    return _("At most %(most)s of this kind of file can be sent.") % {"most": filesizeformat(most)}


def too_much(limits: Limits) -> str:
    words = _("The files of one answer may have at most %(most)s together.")
    return words % {"most": filesizeformat(limits.in_all)}


def for_page(limits: Limits) -> dict[str, object]:
    """The limits, and what is said of each, for the script that looks at files as they are chosen.

    By the endings of names too: a browser knows the type of few.
    """
    said: dict[str, Callable[[], str]] = {
        "types": lambda: str(limits.says_types),
        "one": lambda: too_large(limits.one),
        "picture": lambda: too_large(limits.picture),
        "files": lambda: too_many(limits),
        "in_all": lambda: too_much(limits),
    }
    return {
        "types": sorted(limits.types),
        "endings": sorted(ending_of(one) for one in limits.types & {*PACKED}),
        "most": {name: getattr(limits, name) for name in ("one", "picture", "files", "in_all")},
        "said": {name: words() for name, words in said.items()},
        "remove": _("Remove %(name)s"),
    }
