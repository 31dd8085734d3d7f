"""What stands between the messages of a conversation: notes, and what happened, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from contacts.person.prices import price_in_words
from messaging.inbox.models import Entry, EntryKind
from messaging.models import Conversation

MOST = 200


@dataclass(frozen=True, slots=True)
class Happened:
    """A note or an event of the thread: `words` say what happened, `note` is the text of a note."""

    pk: int
    at: datetime
    words: str
    note: str = ""


def entries_of(
    talk: Conversation, since: datetime | None, until: datetime | None
) -> list[Happened]:
    """Those between two moments, oldest first; None stands for no bound. One query."""
    rows = Entry.objects.filter(conversation=talk).select_related("by")
    if since is not None:
        rows = rows.filter(at__gte=since)
    if until is not None:
        rows = rows.filter(at__lt=until)
    newest: Sequence[Entry] = list(rows.order_by("-at", "-pk")[:MOST])
    return [_happened(one) for one in reversed(newest)]


def _happened(entry: Entry) -> Happened:
    by = (entry.by.get_full_name() or entry.by.get_username()) if entry.by else _("The system")
    if entry.kind == EntryKind.NOTE:
        return Happened(entry.pk, entry.at, _("Note of %(by)s") % {"by": by}, entry.text)
    return Happened(entry.pk, entry.at, _words(entry, by))


def _words(entry: Entry, by: str) -> str:
    data = entry.data
    match entry.kind:
        case EntryKind.ASSIGNED if data.get("to"):
            return _("%(by)s gave the conversation to %(to)s") % {
                "by": by,
                "to": data["to"]["name"],
            }
        case EntryKind.ASSIGNED:
            return _("%(by)s gave the conversation back") % {"by": by}
        case EntryKind.STATUS:
            status = Conversation.Status(data["status"]).label
            return _("%(by)s put the conversation to: %(status)s") % {"by": by, "status": status}
        case EntryKind.CLOSED:
            return _closed(data, by)
        case EntryKind.REOPENED:
            return _("Opened again: the person wrote")
        case EntryKind.TAGGED:
            return _tagged(data, by)
        case EntryKind.MENU:
            return _("%(by)s gave the conversation back to the menu") % {"by": by}
    return _step(entry, by)


def _closed(data: dict[str, str], by: str) -> str:
    told = {"by": by, "outcome": data.get("outcome", "")}
    if not data.get("amount"):
        return _("%(by)s resolved the conversation: %(outcome)s") % told
    told["amount"] = price_in_words(Decimal(data["amount"]))
    return _("%(by)s resolved the conversation: %(outcome)s, %(amount)s") % told


def _tagged(data: dict[str, list[str]], by: str) -> str:
    added, removed = ", ".join(data.get("added", [])), ", ".join(data.get("removed", []))
    if added and removed:
        words = _("%(by)s added the tags %(added)s and removed %(removed)s")
    else:
        words = _("%(by)s added the tags %(added)s")
        if removed:
            words = _("%(by)s removed the tags %(removed)s")
    return words % {"by": by, "added": added, "removed": removed}


def _step(entry: Entry, by: str) -> str:
    if entry.data.get("done"):
        return _("%(by)s did the next step: %(text)s") % {"by": by, "text": entry.text}
    day = parse_date(entry.data.get("due", ""))
    told = {
        "by": by,
        "text": entry.text,
        "day": date_format(day, "SHORT_DATE_FORMAT") if day else "",
    }
    return _("%(by)s set the next step for %(day)s: %(text)s") % told
