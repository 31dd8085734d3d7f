"""What stands between the messages of a conversation: notes, and what happened, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from contacts.person.prices import price_in_words
from messaging.inbox.models import Entry, EntryKind
from messaging.inbox.reading.campaigns import campaign_reader
from messaging.models import Conversation

MOST = 200


@dataclass(frozen=True, slots=True)
class Happened:
    """A note or an event of the thread: `words` say what happened, `note` is the text of a note.

    `campaign` is the name of the one in which an outcome counts, and `url` its page.
    """

    pk: int
    at: datetime
    words: str
    note: str = ""
    campaign: str = ""
    url: str = ""


def entries_of(
    talk: Conversation, since: datetime | None, until: datetime | None
) -> list[Happened]:
    """Those between two moments, oldest first; None stands for no bound.

    One query, and one more where an outcome counts in a campaign.
    """
    rows = Entry.objects.filter(conversation=talk).select_related("by")
    if since is not None:
        rows = rows.filter(at__gte=since)
    if until is not None:
        rows = rows.filter(at__lt=until)
    newest: Sequence[Entry] = list(rows.order_by("-at", "-pk")[:MOST])
    ids = {one.data["campaign"] for one in newest if _counts(one)}
    names = campaign_reader().names(ids) if ids else {}
    return [_happened(one, names) for one in reversed(newest)]


def _counts(entry: Entry) -> bool:
    return entry.kind == EntryKind.CLOSED and "campaign" in entry.data


def _happened(entry: Entry, campaigns: Mapping[int, str]) -> Happened:
    by = (entry.by.get_full_name() or entry.by.get_username()) if entry.by else _("The system")
    if entry.kind == EntryKind.NOTE:
        return Happened(entry.pk, entry.at, _("Note of %(by)s") % {"by": by}, entry.text)
    happened = Happened(entry.pk, entry.at, _words(entry, by))
    if _counts(entry) and (name := campaigns.get(entry.data["campaign"])):
        return replace(happened, campaign=name, url=campaign_reader().url(entry.data["campaign"]))
    return happened


def _words(entry: Entry, by: str) -> str:
    data = entry.data
    match entry.kind:
        case EntryKind.ASSIGNED if data.get("from"):
            return _given_on(data)
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


def _given_on(data: dict[str, Any]) -> str:
    had, to = data["from"]["name"], data.get("to")
    if to is None:
        words = _("%(name)s cannot answer any more: the conversation is nobody's now")
        return words % {"name": had}
    words = _("%(name)s cannot answer any more: %(to)s has the conversation now")
    return words % {"name": had, "to": to["name"]}


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
