"""The people of a contact card (vCard, RFC 6350): names and phones, and no more."""

from typing import Any

# Larger cards hold photographs, which come after the names.
MOST_BYTES = 256 * 1_024
MOST_CARDS, MOST_PHONES, LONGEST = 20, 10, 200

Card = dict[str, Any]


def cards_of(data: bytes) -> list[Card]:
    """The people in the file, as `{"name": …, "phones": […]}`; in time linear to its length."""
    found: list[Card] = []
    for line in _lines(data[:MOST_BYTES].decode("utf-8", errors="replace")):
        name, _colon, value = line.partition(":")
        field = name.partition(";")[0].rpartition(".")[2].strip().upper()
        if field == "BEGIN":
            if len(found) == MOST_CARDS:
                break
            found.append({"name": "", "phones": []})
        elif found:
            _take(found[-1], field, _unescaped(value))
    return [one for one in found if one["name"] or one["phones"]]


def _take(card: Card, field: str, value: str) -> None:
    if field == "FN" or (field == "N" and not card["name"]):
        words = value.split(";") if field == "N" else [value]
        card["name"] = " ".join(filter(None, map(str.strip, reversed(words))))[:LONGEST]
    elif field == "TEL" and len(card["phones"]) < MOST_PHONES:
        phone = value.removeprefix("tel:").strip()[:40]
        if phone and phone not in card["phones"]:
            card["phones"].append(phone)


def _lines(text: str) -> list[str]:
    """The logical lines: one that begins with a space goes on the line before it."""
    lines: list[list[str]] = []
    for line in text.splitlines():
        if line[:1] in (" ", "\t") and lines:
            lines[-1].append(line[1:])
        else:
            lines.append([line])
    return ["".join(parts) for parts in lines]


def _unescaped(value: str) -> str:
    """Without the marks of RFC 6350, and without what PostgreSQL cannot store."""
    marks = (("\\n", " "), ("\\N", " "), ("\\,", ","), ("\\;", ";"), ("\x00", ""))
    for mark, meant in marks:
        value = value.replace(mark, meant)
    return value.strip()
