"""Which encoding a text is in, told by the evidence in it; where it does not tell, none is guessed.

Text in UTF-8 is recognised by its form. In the encodings with one byte a letter (Excel for Windows
writes cp1252, Excel for Mac Mac Roman, “CSV (MS-DOS)” cp850) each byte is some sign. So each byte
over 127 is looked at between its neighbours, once as each encoding reads it: `Muñoz` is a name, and
`Mu–oz` or `Mu¤oz` is none.
"""

import codecs
import re
from collections import Counter
from typing import BinaryIO

from contacts.imports.files.kinds import HEAD, not_a_table
from contacts.imports.files.records import TableError
from contacts.imports.language import gettext as _

_BLOCK = 2**20
_LEGACY = ("cp1252", "mac_roman", "cp850")
# How many bytes over 127 are looked at; they decide long before.
_EVIDENCE = 50_000
# Letters, marks and emoji that lists hold, as UTF-8 writes them.
_GOOD_UTF8 = (
    rb"[\xc2-\xc5][\x80-\xbf]|\xcc[\x80-\xbf]|\xe2[\x80-\xbf]{2}"
    rb"|\xef(?:\xbb\xbf|\xb8\x8f)|\xf0\x9f[\x80-\xbf]{2}"
)
_OTHER_UTF8 = rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
_HIGH = re.compile(rb"(%b)|(%b)|[\x80-\xff]" % (_GOOD_UTF8, _OTHER_UTF8))

_VOWELS = frozenset("aeiouáéíóúüâêôãõ")
_BASE = dict(zip("áéíóú", "aeiou", strict=True))
_OTHER_LETTERS = frozenset("àèìòùäëïöåæøîûýÿœšž")
_CIRCUMFLEX = frozenset("âêô")
_LETTERS = frozenset("áéíóúñçãõü") | _CIRCUMFLEX | _OTHER_LETTERS
_AFTER = {"ã": "oesn", "õ": "es", "ü": "eiéí"}  # what follows the letter in Spanish or Portuguese
_AT_EDGES = frozenset("’‘—•·®™©´¨")
_OPENING, _CLOSING = frozenset("“«¿¡"), frozenset("”»")
_ORDINALS = frozenset("ºª°")
# A letter within a word counts as 1. A sign at its place says less; some are nearly as telling.
_SIGN, _LIKELY = 0.2, 0.6


def detect_encoding(file: BinaryIO) -> str:
    """The encoding of the whole of `file`, as Python calls it. The file is left at its start.

    Bytes that are no text in it become `�` when it is decoded with errors="replace". Raises
    TableError where two encodings are as likely, or none is.
    """
    file.seek(0)
    head = file.read(HEAD)
    try:
        return _wide(head) or _by_evidence(file, is_utf8=_decodes(file, "utf-8"))
    finally:
        file.seek(0)


def _wide(head: bytes) -> str:
    """UTF-16 or UTF-32, with a mark at the start or without; empty for others."""
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    zeros = head.count(0)
    if not zeros:
        return ""
    # Spanish text in UTF-16 has a zero in nearly every second byte; in anything else a zero means
    # that this is no text.
    even = head[::2].count(0)
    if zeros > len(head) * 0.4 and even in (0, zeros):
        return "utf-16-be" if even else "utf-16-le"
    raise TableError(not_a_table())


def _decodes(file: BinaryIO, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    file.seek(0)
    try:
        while block := file.read(_BLOCK):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _by_evidence(file: BinaryIO, *, is_utf8: bool) -> str:
    good, other, contexts = _survey(file)
    strange = contexts.total()
    # `Íñigo` in cp850 happens to be a sign of Hebrew in UTF-8; but not twice in a file.
    if is_utf8 and (good or strange > 2 or not strange):
        return "utf-8-sig"
    # A damaged UTF-8 file, or one of two parts in two encodings: the lines with bytes that are no
    # UTF-8 will be refused one by one.
    if not is_utf8 and (good >= strange or other >= 10 * (strange - other)):
        return "utf-8-sig"
    if encoding := _likeliest(contexts):
        return encoding
    if good or is_utf8:
        return "utf-8-sig"
    raise TableError(
        _(
            "The letters with accents cannot be told in this file. In Excel choose Save As,"
            " “CSV UTF-8”, or save it as .xlsx, and try again."
        )
    )


def _survey(file: BinaryIO) -> tuple[int, int, Counter[bytes]]:
    """How many signs in UTF-8 that lists hold; bytes of other ones; and every byte of no such sign.

    The last, which include the second, are counted with the two bytes before and the two after.
    """
    good = other = 0
    contexts: Counter[bytes] = Counter()
    file.seek(0)
    while good + contexts.total() < _EVIDENCE and (block := file.read(_BLOCK)):
        if block.isascii():
            continue
        block = b"  " + block + b"  "
        for match in _HIGH.finditer(block):
            if match[1]:
                good += 1
            elif match[2]:
                other += len(match[2])
                contexts.update(block[at - 2 : at + 3] for at in range(*match.span()))
            else:
                at = match.start()
                contexts[block[at - 2 : at + 3]] += 1
    return good, other, contexts


def _likeliest(contexts: Counter[bytes]) -> str:
    """The one encoding in which nearly all bytes make sense, twice as well as in any other."""
    scores = {}
    for encoding in _LEGACY:
        weights = [
            (_weight(context.decode(encoding, "replace")), times)
            for context, times in contexts.items()
        ]
        senseless = sum(times for weight, times in weights if weight < 0)
        score = sum(weight * times for weight, times in weights)
        scores[encoding] = (score, senseless / contexts.total())
    best = max(scores, key=lambda encoding: scores[encoding][0])
    others = [score for encoding, (score, _share) in scores.items() if encoding != best]
    score, share = scores[best]
    decided = score > 0 and share <= 0.1 and all(2 * other <= score for other in others)
    return best if decided else ""


def _weight(context: str) -> float:
    """How well the sign in the middle of `context` stands between its neighbours, from -1 to 1."""
    start, before, sign, after, _end = tuple(context)
    if sign.lower() in _LETTERS:
        return _weight_of_letter(context)
    in_word = before.isalpha() and after.isalpha()
    if sign == "\N{NO-BREAK SPACE}":
        return 1 if before.isalpha() else _SIGN
    if sign == "–":
        return _LIKELY if in_word or before == after == " " else _SIGN
    if sign == "’" and in_word:
        return 1 if before in "OoDdLlNn" and not start.isalpha() else -1
    if sign == "…":
        return -1 if in_word else 0.45
    if sign in "€£":
        at_number = (start + before).strip().isdigit() or after.isdigit()
        alone = _SIGN if sign == "€" and not before.isalpha() else -1
        return 0.45 if at_number else alone
    if sign in _ORDINALS:
        return -1 if after.isalpha() else _SIGN * (before.isalnum() or before == ".")
    if sign in _OPENING:
        return -1 if before.isalpha() else _SIGN
    if sign in _CLOSING:
        return -1 if after.isalpha() else _SIGN
    return _SIGN if sign in _AT_EDGES and not in_word else -1


def _weight_of_letter(context: str) -> float:
    _start, before, letter, after, _end = tuple(context.lower())
    if not (before.isalpha() or after.isalpha()):
        return -1 if before.isdigit() or after.isdigit() else _SIGN
    if not _fits_case(context):
        return -1
    if letter in _OTHER_LETTERS:
        return _SIGN if (before + after).isascii() else -1
    if letter in _CIRCUMFLEX:
        return 0.3 if before.isalpha() else _LIKELY
    if letter in "ñç":
        return 1 if after in _VOWELS else -after.isalpha()
    if letter in _AFTER:
        return 1 if after in _AFTER[letter] else _SIGN
    doubled = _BASE[letter] in (_BASE.get(before, before), _BASE.get(after, after))
    return -1 if doubled else 1


def _fits_case(context: str) -> bool:
    """Names are written `Íñigo`, `MUÑOZ` or `muñoz`, never `JosÉ`, `MUñOZ`, `aÑo` or `ÁOferta`."""
    start, before, letter, after, end = tuple(context)
    if letter.islower():
        return not (after.isupper() or (before.isupper() and start.isalpha()))
    if before.islower() or (after.islower() and before.isalpha()):
        return False
    return not (after.isupper() and end.islower())
