"""Addresses as people read them who may not see them in full."""

import re
from functools import partial

import phonenumbers

from contacts.phones.figures import are_figures

HIDDEN = "••••"
_PHONE = re.compile(r"\+[1-9]\d{6,14}")
# A mobile of Chile, with its country or without.
_MOBILE = re.compile(r"(?:56)?9\d{8}")
# What is written between the digits of a phone; the last are invisible marks that come with a copy.
_BETWEEN = (
    r" \t\r\n,*|\u00a0\u2007\u2009\u202f.()/\-\u2010-\u2013·_\u200b-\u200f\u2060\u202a-\u202e"
)
# A run of digits, from its first to its last. A sid of Twilio is none.
_RUN = rf"\b[A-Z]{{2}}[0-9a-f]{{32}}\b|[+(]{{0,2}}\d(?:[{_BETWEEN}]{{0,6}}\d)*"
_RUNS = re.compile(_RUN)
_RUNS_AND_LINKS = re.compile(rf"(?P<link>(?i:https?)://[^\s<>\"]+)|{_RUN}")
_LINK_TO_A_PHONE = re.compile(
    r"https?://(?:[^/?#]*[@.])?(?:wa\.me|t\.me|whatsapp\.com)(?![\w.-])", re.IGNORECASE
)
# What also stands between the entries of a list.
_COMMA = re.compile(r"(\D*[\t\r\n,*|]\D*)")
_FROM_DIGIT_TO_DIGIT = re.compile(r"[+(]*\d(?:.*\d)?", re.DOTALL)
_WORD = re.compile(r"""[^\s<>()\[\]{},;:"“”«»|/]+""")
# Shorter numbers are said of many things; an old phone without its area is.
_SHORTEST = 8
_LONGEST = 15


def masked(address: str) -> str:
    """`+56 9 •••• 0946`, `j•••@example.com` or `CL.••••`: enough to recognise it, not to write.

    What stands in place of the hidden part says nothing about its length.
    """
    if _PHONE.fullmatch(address):
        return _masked_phone(address)
    if "@" in address:
        name, _at, domain = address.rpartition("@")
        return f"{name[:1]}•••@{domain}"
    if "." in address[2:3]:
        return f"{address[:3]}{HIDDEN}"
    return f"{address[:1]}{HIDDEN}" if address else ""


def masked_text(text: str) -> str:
    """The text with its e-mails and phones masked, in whatever spelling; linear in its length.

    In doubt a number is masked. Prices, dates, years, mileages and sids stay, and in a link all
    but mobiles, unless it is a link to a phone.
    """
    if "@" in text:
        text = _WORD.sub(_without_email, text)
    return _RUNS_AND_LINKS.sub(_without_phone, text)


def _without_email(found: re.Match[str]) -> str:
    name, _at, domain = found[0].rpartition("@")
    return masked(found[0]) if name and domain else found[0]


def _without_phone(found: re.Match[str]) -> str:
    if found["link"]:
        return _link_without_phone(found["link"])
    before = found.string[max(0, found.start() - 2) : found.start()]
    return _run_without_phone(found[0], is_price=before.rstrip().endswith("$"))


def _link_without_phone(link: str) -> str:
    if _LINK_TO_A_PHONE.match(link):
        return _RUNS.sub(lambda run: _run_without_phone(run[0]), link)
    return _RUNS.sub(lambda run: _masked_run(run[0]) if _has_mobile(run[0]) else run[0], link)


def _has_mobile(run: str) -> bool:
    """Whether a run in a link is a mobile, has one among its numbers, or says itself a phone."""
    if run[0].isalpha():
        return False
    numbers = [_digits(run), *re.findall(r"\d+", run)]
    return run[0] == "+" or any(map(_MOBILE.fullmatch, numbers))


def _run_without_phone(run: str, *, is_price: bool = False) -> str:
    """The run masked where it is no figure.

    A list is read entry by entry where an entry is long enough for a phone, and else as a whole:
    a comma may also part the digits of one phone.
    """
    if run[0].isalpha():
        return run
    if _MOBILE.fullmatch(_digits(run)):
        return _masked_run(run)
    return "".join(
        _FROM_DIGIT_TO_DIGIT.sub(
            partial(_part_without_phone, is_price=is_price and run.startswith(part)), part
        )
        for part in _parts(run)
    )


def _part_without_phone(found: re.Match[str], *, is_price: bool) -> str:
    return found[0] if _is_shown(found[0], is_price) else _masked_run(found[0])


def _parts(run: str) -> list[str]:
    """The run cut around each entry of eight digits and more."""
    parts = [[""]]
    for piece in _COMMA.split(run):
        if len(_digits(piece)) < _SHORTEST:
            parts[-1].append(piece)
        else:
            parts += [[piece], []]
    return ["".join(pieces) for pieces in parts]


def _is_shown(run: str, is_price: bool) -> bool:
    """Whether a run is too short for a phone, an id, a price, or figures side by side."""
    digits = _digits(run)
    if _is_international(run, digits) or _MOBILE.fullmatch(digits):
        return False
    if len(digits) < _SHORTEST:
        return True
    if digits == run:
        is_round = len(digits) == _SHORTEST and (is_price or digits.endswith("000"))
        return is_round or (len(digits) > _LONGEST and _MOBILE.search(digits) is None)
    return are_figures(run)


def _masked_run(run: str) -> str:
    digits = _digits(run)
    if _is_international(run, digits):
        return masked(f"+{digits.lstrip('0')}")
    if digits == run and 10 < len(digits) <= _LONGEST:
        return masked(f"+{digits}")
    return f"{HIDDEN} {digits[-4:]}"


def _is_international(run: str, digits: str) -> bool:
    return ("+" in run[:2] or digits.startswith("00")) and len(digits.lstrip("0")) > 6


def _digits(run: str) -> str:
    return "".join(filter(str.isdecimal, run))


def _masked_phone(phone: str) -> str:
    """Country, the first digit of a number long enough to keep its secret, and the last four."""
    try:
        country = str(phonenumbers.parse(phone).country_code)
    except phonenumbers.NumberParseException:
        country = phone[1:3]
    number = phone[1 + len(country) :]
    last = number[-4:] if len(number) >= 8 else number[-2:]
    shown = [f"+{country}", number[:1] if len(number) >= 9 else "", HIDDEN, last]
    return " ".join(part for part in shown if part)
