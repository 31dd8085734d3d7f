"""Why WhatsApp would refuse a template: its rules, and its sort of words.

Sources: Meta's template guidelines and common rejection reasons;
https://www.twilio.com/docs/whatsapp/tutorial/message-template-approvals-statuses, and error 63040.
Stated here on its own: what the project believes of the rules is held against this.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from waproject.lab.twilio_simulator.contents.store import (
    APPROVED,
    PENDING,
    PLACEHOLDER,
    SimulatedContent,
)

_MOST_BODY, _MOST_LINE, _MOST_BUTTON = 1024, 60, 25
_MOST_BUTTONS = {"URL": 2, "PHONE_NUMBER": 1, "COPY_CODE": 1}
_EMOJI = re.compile("[\u2600-\u27bf\u2b50\U0001f000-\U0001faff]")
_FORMAT = re.compile(r"[*_~`]")
# What makes a text marketing, whatever its writer calls it.
_PROMOTION = re.compile(
    r"\b(oferta|descuento|promoci[oó]n|liquidaci[oó]n|gratis|aprovecha|rebaja|cyber|sale|discount"
    r"|offer|free)\w*|\d+ ?% ?(?:de )?(?:descuento|dcto|off)",
    re.IGNORECASE,
)
_SENSITIVE = re.compile(
    r"\b(n[uú]mero de (?:la |tu )?tarjeta|clave|contrase[nñ]a|password|cvv|card number)\b",
    re.IGNORECASE,
)


def objection(content: SimulatedContent, others: Iterable[SimulatedContent]) -> str:
    """The reason for which WhatsApp rejects a content; "" when it approves it."""
    return next(_objections(content, others), "")


def _objections(content: SimulatedContent, others: Iterable[SimulatedContent]) -> Iterator[str]:
    yield from _of_the_body(content)
    yield from _of_the_lines(content)
    yield from _of_the_buttons(content)
    yield from _of_the_titles(content)
    yield from _of_the_samples(content)
    yield from _of_the_meaning(content)
    yield from _beside_others(content, others)


def _of_the_body(content: SimulatedContent) -> Iterator[str]:
    body = content.body
    literals, names = PLACEHOLDER.split(body)[0::2], PLACEHOLDER.findall(body)
    if not body.strip():
        yield "INVALID_FORMAT: The message body can't be empty."
    if len(body) > _MOST_BODY:
        yield "INVALID_FORMAT: The message body can't be longer than 1024 characters."
    if names and not (literals[0].strip() and literals[-1].strip()):
        yield "INVALID_FORMAT: Variables can't be at the start or end of the template."
    if not all(text.strip() for text in literals[1:-1]):
        yield "INVALID_FORMAT: Variables can't be next to each other."
    words = sum(len(text.split()) for text in literals)
    if names and words < 2 * len(set(names)) + 1:
        yield (
            "INVALID_FORMAT: This template has too many variables for its length. Reduce the"
            " number of variables or increase the message length."
        )
    if "\n\n\n" in body:
        yield "INVALID_FORMAT: The message body can't have more than two consecutive newlines."


def _of_the_lines(content: SimulatedContent) -> Iterator[str]:
    """Header and footer, where the type has them."""
    footer = str(content.parts.get("footer") or content.parts.get("subtitle") or "")
    header = str(content.parts.get("header_text") or "")
    for name, text in (("header", header), ("footer", footer)):
        if len(text) > _MOST_LINE:
            yield f"INVALID_FORMAT: The {name} can't be longer than 60 characters."
        if "\n" in text:
            yield f"INVALID_FORMAT: The {name} can't have newlines."
        if _EMOJI.search(text):
            yield f"INVALID_FORMAT: The {name} can't have emojis."
    if _FORMAT.search(PLACEHOLDER.sub("", header)):
        yield "INVALID_FORMAT: The header can't have asterisks or other formatting."
    if len(PLACEHOLDER.findall(header)) > 1:
        yield "INVALID_FORMAT: The header can have one variable at most."
    if PLACEHOLDER.search(footer):
        yield "INVALID_FORMAT: The footer can't have variables."
    if header and content.parts.get("media"):
        yield "INVALID_FORMAT: A template can't have both a text and a media header."


def _of_the_buttons(content: SimulatedContent) -> Iterator[str]:
    actions = content.parts.get("actions") or []
    kinds = [str(one.get("type", "QUICK_REPLY")) for one in actions]
    if len(actions) > 10:
        yield "INVALID_FORMAT: A template can have 10 buttons at most."
    for kind, most in _MOST_BUTTONS.items():
        if kinds.count(kind) > most:
            yield f"INVALID_FORMAT: A template can have {most} buttons of type {kind} at most."
    is_reply = [kind == "QUICK_REPLY" for kind in kinds]
    if sum(one != other for one, other in pairwise(is_reply)) > 1:
        yield "INVALID_FORMAT: Quick reply buttons must stand together."
    for one in actions:
        address = str(one.get("url") or "")
        found = [match.end() for match in PLACEHOLDER.finditer(address)]
        if found and found != [len(address)]:
            yield "INVALID_FORMAT: A URL can have one variable, at its end."


def _of_the_titles(content: SimulatedContent) -> Iterator[str]:
    """What stands on the buttons."""
    actions = content.parts.get("actions") or []
    titles = [str(one.get("title", "")) for one in actions]
    if len(set(titles)) < len(titles):
        yield "INVALID_FORMAT: Two buttons can't have the same text."
    for title in titles:
        if not title.strip() or len(title) > _MOST_BUTTON:
            yield "INVALID_FORMAT: The text of a button has 1 to 25 characters."
        if PLACEHOLDER.search(title) or _EMOJI.search(title) or "\n" in title:
            yield "INVALID_FORMAT: Buttons can't have any variables, newlines or emojis."


def _of_the_samples(content: SimulatedContent) -> Iterator[str]:
    names = content.placeholders()
    if names != {str(number + 1) for number in range(len(names))}:
        yield "INVALID_FORMAT: Variables must be sequential: {{1}}, {{2}}, {{3}}."
    if any(not content.variables.get(name, "").strip() for name in names):
        yield "INVALID_FORMAT: Components sent for your template are missing an example."


def _of_the_meaning(content: SimulatedContent) -> Iterator[str]:
    if content.approval.category == "UTILITY" and _PROMOTION.search(content.body):
        yield (
            "TAG_CONTENT_MISMATCH: The message template's content does not match its category. It"
            " promotes something: use the category MARKETING."
        )
    if _SENSITIVE.search(content.body):
        yield (
            "SCAM: Message templates can't ask people for sensitive identifiers such as passwords"
            " or full payment card numbers."
        )


def _beside_others(content: SimulatedContent, others: Iterable[SimulatedContent]) -> Iterator[str]:
    for other in others:
        if other.sid == content.sid or other.language != content.language:
            continue
        if other.approval.status not in {APPROVED, PENDING}:
            continue
        if other.approval.name == content.approval.name:
            yield (
                f"There is already {content.language} content for this template. You can create a"
                " new template and try again."
            )
        if other.types and other.types == content.types:
            yield (
                "INVALID_FORMAT: This template has the same content as an existing template:"
                f" {other.approval.name}."
            )
