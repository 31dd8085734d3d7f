"""The rules of header, body and footer."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from messaging.models import Category, HeaderType
from messaging.texts.content import TemplateContent
from messaging.texts.header_files import TAKEN, HeaderFile, header_file
from messaging.texts.loose_placeholders import loose_sentences
from messaging.texts.rendering import PLACEHOLDER, placeholders
from messaging.texts.rules.objection import EMOJI, FORMAT, Objection, is_blank, words
from waproject.core.files.kinds import ending_of
from waproject.core.text.sentences import gettext as _
from waproject.core.text.sentences import ngettext

BODY_MOST, LINE_MOST, ADDRESS_MOST = 1024, 60, 2000
_MANY_NEWLINES = re.compile(r"\n[^\S\n]{0,20}\n[^\S\n]{0,20}\n")
_MANY_SPACES = re.compile(r" {5}|\t")
_LANGUAGE = re.compile(r"[a-z]{2,3}(_[A-Z]{2})?")
_ENDINGS = {
    HeaderType.IMAGE: (".jpg", ".jpeg", ".png"),
    HeaderType.VIDEO: (".mp4", ".3gp"),
    HeaderType.DOCUMENT: (".pdf",),
}


def of_language(content: TemplateContent) -> Iterator[Objection]:
    if not _LANGUAGE.fullmatch(content.language):
        yield Objection(
            "language",
            _("WhatsApp does not know this language."),
            _("Choose one of the list, such as es or es_CL."),
        )


def of_header(content: TemplateContent) -> Iterator[Objection]:
    if content.header_type == HeaderType.TEXT:
        yield from _of_header_text(content.header_text)
    elif content.header_type != HeaderType.NONE:
        yield from _of_media(content)


def _of_header_text(text: str) -> Iterator[Objection]:
    place = "header_text"
    if is_blank(text):
        yield Objection(place, _("The header has no text."), _("Write it, or choose no header."))
        return
    yield from _of_line(place, text, _("The header is too long."))
    if FORMAT.search(PLACEHOLDER.sub("", text)):
        yield Objection(
            place,
            _("The header cannot be formatted."),
            _("Take out the signs * _ ~ and `: WhatsApp shows a header in bold by itself."),
        )
    if len(PLACEHOLDER.findall(text)) > 1:
        yield Objection(
            place,
            _("The header can have one placeholder."),
            _("Move the others to the text."),
        )
    if placeholders(text) and not words(PLACEHOLDER.sub(" ", text)):
        yield Objection(
            place,
            _("The header is nothing but a placeholder."),
            _("Put words before or after it."),
        )
    yield from _loose(place, text)


def _of_media(content: TemplateContent) -> Iterator[Objection]:
    place, address = "header_media", content.header_media.strip()
    kind = HeaderType(content.header_type)
    if not address:
        yield Objection(
            place,
            _("The header has no file."),
            _("Upload one, give its address, or choose no header."),
        )
        return
    if kept := header_file(address):
        yield from _of_kept(place, kind, kept)
        return
    if PLACEHOLDER.search(address) or "{" in address:
        yield Objection(
            place,
            _("The address of the file cannot have a placeholder."),
            _("Give the address of one file, which everyone gets."),
        )
    elif not _is_public(address):
        yield Objection(
            place,
            _("WhatsApp cannot fetch this file."),
            _("Give an address that begins with https:// and that everyone can open."),
        )
    if len(address) > ADDRESS_MOST // 2:
        yield Objection(place, _("The address is too long."), _("Use a shorter address."))
    path = address.lower().split("?")[0].split("#")[0]
    endings = _ENDINGS[kind]
    others = [one for key, all_of in _ENDINGS.items() if key != kind for one in all_of]
    if path.endswith(tuple(others)) and not path.endswith(endings):
        yield Objection(
            place,
            _("The file is of another kind than the header."),
            _("Choose a file that ends with %(endings)s.") % {"endings": ", ".join(endings)},
        )


def _of_kept(place: str, kind: HeaderType, kept: HeaderFile) -> Iterator[Objection]:
    """What was uploaded was looked at then; the type of the header may have been changed since."""
    endings = [ending_of(one) for one in TAKEN[kind].types]
    if kept.ending not in endings:
        yield Objection(
            place,
            _("The file is of another kind than the header."),
            _("Choose a file that ends with %(endings)s.") % {"endings": ", ".join(endings)},
        )
    if kept.size is None:
        yield Objection(place, _("The file is not kept here any more."), _("Upload it again."))


def _is_public(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    host = parts.hostname or ""
    return parts.scheme == "https" and "." in host and not any(map(str.isspace, address))


def of_body(content: TemplateContent) -> Iterator[Objection]:
    body = content.body
    if is_blank(body):
        yield Objection("body", _("The message has no text."), _("Write what people will read."))
        return
    if len(body) > BODY_MOST:
        yield Objection(
            "body",
            _("The text is too long: it has %(length)d characters.") % {"length": len(body)},
            _("Shorten it to %(most)d.") % {"most": BODY_MOST},
        )
    if content.category == Category.AUTHENTICATION:
        return
    yield from _of_spaces(body)
    yield from _of_placeholders(body)
    yield from _loose("body", body)


def _of_spaces(body: str) -> Iterator[Objection]:
    if _MANY_NEWLINES.search(body):
        yield Objection(
            "body",
            _("The text has more than two line breaks in a row."),
            _("Leave one empty line at most between two paragraphs."),
        )
    if _MANY_SPACES.search(body):
        yield Objection(
            "body",
            _("The text has a tab, or more than four spaces in a row."),
            _("Leave one space between two words."),
        )


def _of_placeholders(body: str) -> Iterator[Objection]:
    # Literal text and names take turns, literal text first and last.
    literals, names = PLACEHOLDER.split(body)[0::2], placeholders(body)
    if not names:
        return
    first, last = (f"{{{{{name}}}}}" for name in _first_and_last(body))
    if is_blank(literals[0]):
        yield Objection(
            "body",
            _("The text begins with a placeholder."),
            _("Put words before %(placeholder)s.") % {"placeholder": first},
        )
    if is_blank(literals[-1]):
        yield Objection(
            "body",
            _("The text ends with a placeholder."),
            _("Put words, or a full stop, after %(placeholder)s.") % {"placeholder": last},
        )
    if any(map(is_blank, literals[1:-1])):
        yield Objection(
            "body",
            _("Two placeholders stand side by side."),
            _("Put a word or a comma between them."),
        )
    needed = 2 * len(names) + 1
    if sum(map(words, literals)) < needed:
        yield Objection(
            "body",
            ngettext(
                "There are too few fixed words for %(count)d placeholder.",
                "There are too few fixed words for %(count)d placeholders.",
                len(names),
            )
            % {"count": len(names)},
            _("Write at least %(needed)d words beside them.") % {"needed": needed},
        )


def _first_and_last(body: str) -> tuple[str, str]:
    found = PLACEHOLDER.findall(body)
    return found[0], found[-1]


def of_footer(content: TemplateContent) -> Iterator[Objection]:
    footer = content.footer
    if not footer:
        return
    if is_blank(footer):
        yield Objection("footer", _("The footer shows nothing."), _("Write it, or leave it empty."))
        return
    yield from _of_line("footer", footer, _("The footer is too long."))
    if PLACEHOLDER.search(footer):
        yield Objection(
            "footer",
            _("The footer cannot have placeholders."),
            _("Move them to the text."),
        )
    else:
        yield from _loose("footer", footer)


def _of_line(place: str, text: str, too_long: str) -> Iterator[Objection]:
    """What holds of header and footer alike."""
    if len(text) > LINE_MOST:
        yield Objection(place, too_long, _("Shorten it to %(most)d.") % {"most": LINE_MOST})
    if len(text.splitlines()) > 1 or "\n" in text or "\r" in text:
        yield Objection(place, _("It has more than one line."), _("Write it in one line."))
    if EMOJI.search(text):
        yield Objection(
            place, _("Emojis are not allowed here."), _("Move them to the text of the message.")
        )


def _loose(place: str, text: str) -> Iterator[Objection]:
    for sentence in loose_sentences(text):
        yield Objection(place, sentence, _("Correct it, or take it out."))
