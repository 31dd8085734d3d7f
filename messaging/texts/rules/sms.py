"""How many parts an SMS is sent and billed in.

3GPP TS 23.038 and 23.040: in the GSM alphabet a part has 160 characters, or 153 where there are
several; some characters take the room of two. With any other character in it the whole text is
UCS-2, with 70 or 67 code units a part. What takes two is never torn apart. Twilio bills so too
(twilio.com/docs/glossary/what-sms-character-limit).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = "\f^{}\\[~]|€"
_GSM = re.compile(f"[{re.escape(_BASIC + _EXTENDED)}]*")
_DOUBLE = re.compile(f"[{re.escape(_EXTENDED)}]")
_BEYOND = re.compile("[\U00010000-\U0010ffff]")
GSM_ALONE, GSM_EACH = 160, 153
UCS2_ALONE, UCS2_EACH = 70, 67


@dataclass(frozen=True)
class SmsSize:
    """`length` is what the text takes of the room, `parts` how many it is sent and billed in.

    `is_unicode`: a character that is not in the GSM alphabet makes the parts shorter.
    """

    parts: int
    length: int
    is_unicode: bool


def sms_size(text: str) -> SmsSize:
    """The size of a text as an SMS; an empty one has no part."""
    is_unicode = _GSM.fullmatch(text) is None
    double = _BEYOND if is_unicode else _DOUBLE
    alone, each = (UCS2_ALONE, UCS2_EACH) if is_unicode else (GSM_ALONE, GSM_EACH)
    doubles = [found.start() for found in double.finditer(text)]
    length = len(text) + len(doubles)
    if length <= alone:
        return SmsSize(min(length, 1), length, is_unicode)
    return SmsSize(_packed(len(text), doubles, each), length, is_unicode)


def _packed(characters: int, doubles: list[int], each: int) -> int:
    """How many parts hold so many characters, of which those at `doubles` take two places."""
    parts, left = 0, 0
    for run, is_double in _runs(characters, doubles):
        if is_double:
            if left < 2:
                parts, left = parts + 1, each
            left -= 2
            continue
        over = max(0, run - left)
        more = -(-over // each)
        parts, left = parts + more, left - run + more * each
    return parts


def _runs(characters: int, doubles: list[int]) -> Iterator[tuple[int, bool]]:
    """The stretches of single characters, and each double by itself."""
    at = 0
    for place in doubles:
        yield place - at, False
        yield 1, True
        at = place + 1
    yield characters - at, False
