"""Answers that are written once, with the person's values in place."""

import re

from contacts.models import Vehicle
from contacts.permissions import shown_text
from messaging.inbox.models import CannedAnswer
from messaging.models import Conversation
from messaging.texts.rendering import PLACEHOLDER, render
from waproject.accounts.models import User

# The one placeholder that no person has: the name of whoever writes.
WRITER = ("agente", "agent")
MOST = 200


def canned_for(talk: Conversation, writer: User) -> list[dict[str, str]]:
    """The answers in use as this person would read them, by their shortcut. Two queries at most.

    A value that the person lacks keeps its placeholder, for the writer to see; so does one that the
    writer may not read in full.
    """
    rows = list(CannedAnswer.objects.filter(active=True)[:MOST])
    if not rows:
        return []
    vehicle = talk.contact.newest_vehicle
    name = writer.first_name or writer.get_username()
    return [
        {"shortcut": one.shortcut, "text": _filled(one.text, talk, vehicle, name)} for one in rows
    ]


def _filled(text: str, talk: Conversation, vehicle: Vehicle | None, writer: str) -> str:
    rendered = render(text, {}, talk.contact, vehicle)

    def value(found: re.Match[str]) -> str:
        placeholder = found[1]
        if placeholder.lower() in WRITER:
            return writer
        theirs = rendered.variables.get(placeholder, "")
        is_readable = theirs and shown_text(theirs) == theirs
        return theirs if is_readable else f"{{{{{placeholder}}}}}"

    return PLACEHOLDER.sub(value, text)
