"""An archive as a file: JSON for programs; a page, a PDF or plain text for people."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from messaging.archives.models import Format
from messaging.states import MESSAGE_TYPES, Direction, MessageStatus

Content = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Said:
    """One message for people: when, who, what, and what became of it."""

    at: datetime
    who: str
    text: str
    is_ours: bool
    outcome: str


def write(content: Content, form: str) -> bytes:
    """The archive in one of the formats, in the language of now."""
    return _WRITERS[Format(form)](content)


def _json(content: Content) -> bytes:
    return json.dumps(content, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1).encode()


def _text(content: Content) -> bytes:
    lines = [_title(content), _counted(content), ""]
    for one in said_in(content):
        outcome = f" ({one.outcome})" if one.outcome else ""
        # What a message writes on further lines is not to look like a line of its own.
        text = one.text.replace("\r", "").replace("\n", "\n    ")
        lines.append(f"[{one.at:%Y-%m-%d %H:%M:%S}] {one.who}: {text}{outcome}")
    return "\n".join([*lines, ""]).encode(errors="replace")


def _html(content: Content) -> bytes:
    days = [(day, list(those)) for day, those in _by_day(content)]
    words = {"title": _title(content), "counted": _counted(content), "days": days}
    return render_to_string("archives/conversation.html", words).encode(errors="replace")


def _pdf(content: Content) -> bytes:
    # Only now: what makes PDFs takes 40 MB in each process that loads it.
    from messaging.privacy.documents import Document

    document = Document(_title(content), author=content["business"])
    document.paragraph(_counted(content))
    for day, those in _by_day(content):
        facts = ((f"{one.at:%H:%M} {one.who}", _with_outcome(one)) for one in those)
        document.section(date_format(day, "DATE_FORMAT"), facts)
    return document.content()


_WRITERS: dict[Format, Callable[[Content], bytes]] = {
    Format.JSON: _json,
    Format.TXT: _text,
    Format.HTML: _html,
    Format.PDF: _pdf,
}


def said_in(content: Content) -> Iterator[Said]:
    """The messages for people, in their order."""
    person = content["contact"]
    theirs = person["name"] or person["phone"] or _("the person")
    senders = {one["sender"]: one["sender_name"] for one in content["conversations"]}
    for one in content["messages"]:
        is_ours = one["direction"] == Direction.OUTBOUND
        at = parse_datetime(one["created_at"])
        if at is None:
            continue
        yield Said(
            timezone.localtime(at),
            senders.get(one["sender"]) or content["business"] if is_ours else theirs,
            _what(one),
            is_ours,
            str(MessageStatus(one["status"]).label) if is_ours else "",
        )


def _by_day(content: Content) -> Iterator[tuple[Any, Iterator[Said]]]:
    return groupby(said_in(content), key=lambda one: one.at.date())


def _what(message: Mapping[str, Any]) -> str:
    """The text, else what kind of message it was; and the files that came with it."""
    parts = [message["body"]]
    if not message["body"]:
        parts = [f"[{MESSAGE_TYPES.get(message['type'], message['type'])}]"]
    for file in message["files"]:
        name = file["name"] or file["type"] or file["kind"]
        if name != message["body"]:
            parts.append(f"[{name}]")
    return " ".join(parts)


def _with_outcome(one: Said) -> str:
    return f"{one.text} ({one.outcome})" if one.outcome else one.text


def _title(content: Content) -> str:
    person = content["contact"]
    name = person["name"] or person["phone"] or ""
    return _("Conversation with %(name)s") % {"name": name}


def _counted(content: Content) -> str:
    figures = content["figures"]
    sentence = _("%(business)s: %(messages)d messages, %(received)d received and %(sent)d sent.")
    return sentence % {"business": content["business"], **figures}
