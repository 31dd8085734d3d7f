"""The digits in a phone's cell, free of what people and programs write around them.

Everything here takes time in proportion to the text, and a text has at most MAX_LENGTH characters:
cells come from strangers' files.
"""

import html
import re
import unicodedata
from decimal import Decimal
from typing import NamedTuple
from urllib.parse import unquote

from django.utils.translation import gettext as _

from waproject.core.text.invisible import is_blank, is_invisible

# The longest that people write: a number with country, area and a word or two around it.
MAX_LENGTH = 200
# A link carries the greeting that WhatsApp shall show, percent-encoded.
MAX_LINK_LENGTH = 4_000

_LINK = re.compile(
    r"(?:https?://)?(?:(?:www|api|web|chat|l)\.)?(?:wa\.me|whatsapp\.com)/|whatsapp://",
    re.IGNORECASE,
)
_LINK_KIND = re.compile(r"(?:send|c|p/[0-9]{1,30})(?:/|$)", re.IGNORECASE)
# Links of other messengers; Telegram's `t.me/+AbC` without digits alone is an invitation.
_OTHER_LINK = re.compile(
    r"(?:https?://)?(?:signal\.me/#p/|t\.me/(?=\+[0-9 ]+$))"
    r"|(?:tg://resolve|viber://(?:chat|add|contact))/?\?(?:phone|number)=",
    re.IGNORECASE,
)
# The link that a formula of a workbook shows, in the languages of Excel.
_LINK_FORMULA = re.compile(
    r"=?(?:HYPERLINK|HIPERV[IÍ]NCULO|LIEN_HYPERTEXTE|COLLEG\.IPERTESTUALE)\([\"']([^\"']*)[\"']"
    r"(?:[,;][^()]*)?\)",
    re.IGNORECASE,
)
# https://datatracker.ietf.org/doc/html/rfc3966 and its relatives; vCard's TEL;TYPE=CELL: and
# `item1.TEL;VALUE=uri:tel:` too.
_URI = re.compile(
    r"(?:(?:item[0-9]{1,3}\.)?tel(?:;[a-z0-9=,\"-]{1,30}){0,6}|sms|smsto|callto|sips?|facetime|imessage)"
    r":(?:tel:)?/{0,2}",
    re.IGNORECASE,
)
_URI_PARAMETERS = re.compile(r"[;?&](?=[a-z])|@", re.IGNORECASE)
_PHONE_CONTEXT = re.compile(r"[;?&]phone-context=(\+[0-9]{1,4})", re.IGNORECASE)
# How WhatsApp names a person among programs; `:12` is one of the person's devices.
_JID = re.compile(
    r"\+?([0-9]{6,15})(?:[._][0-9]{1,3})?(?::[0-9]{1,3})?@(?:c\.us|s\.whatsapp\.net)",
    re.IGNORECASE,
)
_WHATSAPP = re.compile(r"(?:whats ?app(?: business)?|wa) ?:[ /]*", re.IGNORECASE)
_WORD = (
    r"(?:tel[ée]fonos?|tel[ée]f|telf|tfno|tlfn?o?|tels?|fonos?|celular(?:es)?|celus?|cell?s?|m[óo]vil"
    r"|mobile|phone|contacto|casa|trabajo|oficina|particular|personal|home|work|office"
    r"|n[úu]mero|number|nro|n[úu]m|n°|#|whats(?: ?app)?|wsp|wpp|wtsp|wsap|wp|ws|ph)"
)
_WORDS = rf"{_WORD}\.?(?: ?[/ ] ?(?:de )?{_WORD}\.?){{0,2}}"
# `p:` is how Meta's lead exports mark a phone, so that Excel keeps its plus.
_LABEL = re.compile(
    r"(?:p|e164|urn:tel|[cfmtwh]|no\.) ?:|no\. ?(?=[+(0-9])"
    rf"|(?:\({_WORDS}\)|{_WORDS})(?: [0-9] ?(?=:))?(?: ?[.:=]{{1,2}}| ?-(?= )|(?= ?[+(0-9]))",
    re.IGNORECASE,
)
_LABEL_BEHIND = re.compile(
    rf"(?<=[0-9]) ?(?:\((?:s[óo]lo )?{_WORDS}\)|-? ?(?:s[óo]lo )?{_WORDS})$", re.IGNORECASE
)
# The extension of a switchboard: the line is the same without it, as in `tel:…;ext=12`.
_EXTENSION = re.compile(
    r"(?<=[0-9]),? ?(?:ext(?:ensi[óo]n)?|anexo|anx|interno|int|ramal|x)[.:]? ?[0-9]{1,6}$",
    re.IGNORECASE,
)
# What web forms and mail programs leave: `%2B56…`, `&nbsp;`, `<br>`, `<b>`.
_ESCAPED = re.compile(r"%[0-9a-f]{2}", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#x?[0-9a-f]{1,6}|[a-z]{2,8});", re.IGNORECASE)
_LINE_BREAK = re.compile(r"<br ?/?>", re.IGNORECASE)
_ELEMENT = re.compile(r"</?[a-z][^<>]{0,100}>", re.IGNORECASE)
_WHOLE_FLOAT = re.compile(r"(\+?[0-9]{6,15})[.,]0{1,10}")
_GROUPED = re.compile(r"(\+?[0-9]{1,3}([., '])[0-9]{3}(?:\2[0-9]{3}){1,3})(?:(?!\2)[.,]0{1,2})?")
_SCIENTIFIC = re.compile(r"\+?([0-9]{1,3})(?:[.,]([0-9]+))?e\+?([0-9]{1,3})", re.IGNORECASE)
# Java's doubles, which Apache POI writes: the shortest digits that give the number back.
_SHORTEST_DOUBLE = re.compile(r"[1-9]\.[0-9]{5,}[1-9]E[0-9]{1,2}")
_DATE = re.compile(
    r"(?:19|20)[0-9]{2}([-/.])(?:0[1-9]|1[0-2])\1(?:0[1-9]|[12][0-9]|3[01])"
    r"|(?:0?[1-9]|[12][0-9]|3[01])([-/.])(?:0?[1-9]|1[0-2])\2(?:19|20)[0-9]{2}"
)
# The number by which Chile knows people and companies. One of a company reads like a phone.
_RUT = re.compile(r"[0-9]{1,2}\.[0-9]{3}\.[0-9]{3} ?[-‐–] ?[0-9kK]|[0-9]{7,8}-[0-9kK]")
_BETWEEN_NUMBERS = re.compile(r"[/;,:|&\\\n]|\s(?:y|e|o|u|ou|and|or)\s|(?<=.)(?=\+)", re.IGNORECASE)
_SEPARATORS = re.compile(r"[\s().\-/\[\]_~]+")
# What needs no look for links and labels: most of what is no plain number.
_SIMPLE = re.compile(r"\+?[0-9() .-]+")
_GROUP = re.compile(r"[0-9]+")
_DIGITS = re.compile(r"\+?[0-9]+")
_AROUND = " \t\r\n\"'`;,|<>{}[]"
# Signs with the use of a hyphen or a point that Unicode does not class as dashes.
_LIKE_ASCII = dict.fromkeys("\u2212\u02d7\u2043\u2053", "-") | dict.fromkeys(
    "\u00b7\u2022\u2219\u2027\u30fb", "."
)
# Emoji that people put beside a number, without one that marks it as wrong.
_PICTURE = re.compile(
    r"(?<!NO )\b(?:TELEPHONE|MOBILE PHONE)|^REGIONAL INDICATOR|SPEECH BALLOON|\bCHECK MARK"
    r"|^(?:LARGE )?GREEN "
)


class PhoneError(ValueError):
    """Why a text is no phone number, as a sentence for the person who typed it."""


class PhoneText(NamedTuple):
    """`digits` may begin with a plus, and `groups` are the same as they stood apart.

    `is_whatsapps` says that WhatsApp or a program of its own wrote them: with the country code
    and mostly without a plus.
    """

    digits: str
    groups: list[str]
    is_whatsapps: bool


def read_phone_text(text: str) -> PhoneText:
    """The digits of one phone in `text`. Raises PhoneError with the reason."""
    text = text.strip()
    if len(text) > MAX_LENGTH and not (len(text) <= MAX_LINK_LENGTH and _LINK.match(text)):
        raise PhoneError(
            _("A phone has no more than %(limit)d characters.") % {"limit": MAX_LENGTH}
        )
    is_whatsapps = False
    if not _SIMPLE.fullmatch(text):
        text = _visible(_unescaped(text)).strip(_AROUND).lstrip("=:").strip(_AROUND)
        text, is_whatsapps = _unwrapped(text.removesuffix(":::"))
    if not text:
        raise PhoneError(_("The phone is empty."))
    if _DATE.fullmatch(text):
        raise PhoneError(_("This is a date, not a phone."))
    if is_rut(text):
        raise PhoneError(_("This is a RUT, not a phone."))
    text = _without_repeat(_written_out(text))
    if more_than_one(_BETWEEN_NUMBERS.split(text)):
        raise PhoneError(says_more_than_one())
    return PhoneText(_only_digits(text), _GROUP.findall(text), is_whatsapps)


def is_rut(text: str) -> bool:
    """Whether it is written as a RUT is; without points, its last digit has to fit besides.

    Source of that digit: https://www.registrocivil.cl, modulo 11.
    """
    if not _RUT.fullmatch(text):
        return False
    *digits, check = (char for char in text.upper() if char.isdigit() or char == "K")
    total = sum(int(digit) * (2 + at % 6) for at, digit in enumerate(reversed(digits)))
    return "." in text or check == "0123456789K0"[11 - total % 11]


def _without_repeat(text: str) -> str:
    """One number of a cell that holds nothing but the same number several times."""
    parts = [part.strip() for part in _BETWEEN_NUMBERS.split(text) if part.strip()]
    numbers = {_SEPARATORS.sub("", part) for part in parts}
    return parts[0] if len(parts) > 1 and len(numbers) == 1 else text


def more_than_one(parts: list[str]) -> bool:
    """Whether two of the parts have the length of a phone."""
    return sum(sum(map(str.isdigit, part)) >= 7 for part in parts) > 1


def says_more_than_one() -> str:
    return _("There is more than one phone here; keep one.")


def _unescaped(text: str) -> str:
    """The text that a page of the web shows in place of its entities and elements."""
    if "&" in text and not _LINK.search(text):
        text = _ENTITY.sub(lambda entity: html.unescape(entity[0]), text)
    if "<" in text:
        text = _ELEMENT.sub("", _LINE_BREAK.sub("\n", text))
    return text


def _visible(text: str) -> str:
    """The text in plain signs: any dash a hyphen, any blank a space, nothing that is not seen."""
    if text.isascii() and text.isprintable():
        return text
    # NFKC would make “No” of `Nº`, which reads as the word.
    return unicodedata.normalize("NFKC", text.replace("º", "°")).translate(_SIGNS)


class _Signs(dict[int, str]):
    """What becomes of each character of a phone's cell, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        self[code] = sign = _plain_sign(chr(code))
        return sign


def _plain_sign(char: str) -> str:
    category = unicodedata.category(char)
    if char in "\n\u2028\u2029":
        return "\n"
    if is_blank(char) or (category == "So" and _PICTURE.search(unicodedata.name(char, ""))):
        return " "
    # An enclosing mark makes a keycap of a digit: 5 in a box is 5.
    if is_invisible(char) or category == "Me":
        return ""
    if category == "Pd":
        return "-"
    if category in {"Pi", "Pf"}:
        return "'"
    if category == "Nd":
        return str(unicodedata.decimal(char))
    return _LIKE_ASCII.get(char, char)


_SIGNS = _Signs()


def _unwrapped(text: str) -> tuple[str, bool]:
    """The number in a link, an id or behind a label, and whether it is written by WhatsApp."""
    if formula := _LINK_FORMULA.fullmatch(text):
        text = formula[1]
    if link := _LINK.match(text):
        return _number_of_link(text[link.end() :]), True
    if link := _OTHER_LINK.match(text):
        return unquote(text[link.end() :]).strip(_AROUND), True
    if jid := _JID.fullmatch(text):
        return jid[1], True
    if uri := _URI.match(text):
        return _number_of_uri(text[uri.end() :]), False
    address = _WHATSAPP.match(text)
    label = address or _LABEL.match(text)
    rest = text[label.end() :].strip(_AROUND) if label else text
    if label and (link := _LINK.match(rest)):
        return _number_of_link(rest[link.end() :]), True
    if _ESCAPED.search(rest):
        rest = unquote(rest)
    return _EXTENSION.sub("", _LABEL_BEHIND.sub("", rest)), bool(address)


def _number_of_uri(uri: str) -> str:
    number = unquote(_URI_PARAMETERS.split(uri, maxsplit=1)[0]).strip(_AROUND)
    context = _PHONE_CONTEXT.search(uri)
    return context[1] + number if context and not number.startswith("+") else number


def _number_of_link(link: str) -> str:
    """The phone in a link: `phone=` of the query, else the path."""
    if _LINK.search(link):
        raise PhoneError(says_more_than_one())
    path, _mark, query = link.partition("#")[0].partition("?")
    for pair in re.split("[&;]", query):
        name, _equals, value = pair.partition("=")
        if name.lower() == "phone":
            path = value
            break
    return unquote(_LINK_KIND.sub("", path, count=1)).strip("/ ")[:MAX_LENGTH]


def _written_out(text: str) -> str:
    """All the digits of what a spreadsheet wrote as a number: 56975400946.0, 5.6975400946E10."""
    if whole := _WHOLE_FLOAT.fullmatch(text):
        return whole[1]
    if grouped := _GROUPED.fullmatch(text):
        return grouped[1].replace(grouped[2], "")
    if scientific := _SCIENTIFIC.fullmatch(text):
        return _expand(scientific)
    return text


def _expand(scientific: re.Match[str]) -> str:
    first, rest, exponent = scientific[1], scientific[2] or "", int(scientific[3])
    if exponent > 15 or len(rest.rstrip("0")) > exponent:
        raise PhoneError(_("The phone has letters."))
    # Excel, C and pandas round to a width. With fewer decimals than the exponent asks for, nobody
    # can tell digits that were lost from zeros, and a guess would write to a stranger.
    if len(rest) < exponent and not _SHORTEST_DOUBLE.fullmatch(scientific[0]):
        raise PhoneError(
            _("Excel has cut this number; format its column as text and save the file again.")
        )
    return str(int(Decimal(f"{first}.{rest or 0}").scaleb(exponent)))


def _only_digits(text: str) -> str:
    digits = _SEPARATORS.sub("", text)
    if digits.startswith("++"):
        digits = digits[1:]
    if _DIGITS.fullmatch(digits):
        return "+" + digits[2:] if digits.startswith("00") else digits
    if any(char.isalpha() for char in digits):
        raise PhoneError(_("The phone has letters."))
    if not any(char.isdigit() for char in digits):
        raise PhoneError(_("The phone has no digits."))
    raise PhoneError(_("The phone has signs that do not belong in a number."))
