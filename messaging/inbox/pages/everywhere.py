"""What people wrote, in the search over everything."""

from dataclasses import replace

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from contacts.permissions import may_see_people, said_address, shown_text
from contacts.search.lookups import place_of
from messaging.inbox.reading.filters import MESSAGES_SEARCHED, messages_that_say, words_of
from messaging.models import Message
from messaging.states import ConversationStatus
from waproject.core.admin.searching import MOST_FOUND, Found, Hit, Search
from waproject.core.text.moments import said

# Of so many of the messages that say it the conversations are named.
LOOKED_AT = 10 * MOST_FOUND
# A line is shown from so many characters before the word on, and so many in all.
BEFORE, LINE = 40, 160


def find_messages(search: Search) -> Found:
    """The conversations in which a person wrote these words lately, with the line that has them.

    As the inbox searches: among the latest messages of people, and without spam.
    """
    found = Found(_("What people wrote"), "inbox")
    if not (may_see_people(search.user) and search.user.has_perm("messaging.view_conversation")):
        return found
    rows = messages_that_say(search.text)
    if rows is None:
        return found
    found = replace(found, note=_note())
    told = rows.exclude(conversation__status=ConversationStatus.SPAM)
    latest = told.select_related("contact").prefetch_related("contact__addresses")[:LOOKED_AT]
    lines: dict[int | None, Message] = {}
    for message in latest:
        lines.setdefault(message.conversation_id, message)
    found.hits.extend(_hit(message, search.text) for message in [*lines.values()][:MOST_FOUND])
    more = reverse("admin:inbox", query={"view": "all", "q": search.text})
    return replace(found, more_url=more) if len(lines) > MOST_FOUND else found


def _note() -> str:
    words = gettext("What people wrote is looked for in their latest %(count)s messages.")
    return words % {"count": number_format(MESSAGES_SEARCHED, force_grouping=True)}


def _hit(message: Message, text: str) -> Hit:
    person = message.contact
    name = person.name if person else ""
    return Hit(
        name or said_address(person.address if person else message.phone),
        reverse("admin:inbox", query={"talk": message.conversation_id}),
        f"{said(message.created_at)}: {_line(shown_text(message.body), words_of(text))}",
    )


def _line(body: str, words: list[str]) -> str:
    """The part of a text where the first of the words stands."""
    flat = " ".join(body.split())
    start = max(0, min(place_of(word, flat) for word in words) - BEFORE)
    cut = flat[start : start + LINE]
    before, after = "…" if start else "", "…" if start + LINE < len(flat) else ""
    return f"{before}{cut}{after}"
