"""The last handler of inbound messages: answers the words and digits of the menu."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache

from django.db import connection

from contacts.models import ContactStatus
from messaging.inbound.automatic import calls_a_person, done_by_provider, reply_of
from messaging.inbound.types import Inbound, Reply
from messaging.models import AutoReply
from optouts.recognition.reading import Words, words_of
from waproject.core.db.bulk_insert import driver_moment
from waproject.core.db.bulk_lookup import as_parameter, is_among
from waproject.tenants.scope import current_tenant_id

Event = AutoReply.Event

# The menu explains itself to a person at most once in this time.
FALLBACK_REST = timedelta(hours=24)
# In a longer message a menu word says little: staff should read it.
LONGEST_REQUEST = 12

# As text: composing them takes the ORM longer than the database takes to answer. For eight messages
# the two take 0.2 ms of the processor on SQLite, and 1.0 by the ORM.
_IN_USE = "SELECT * FROM auto_replies WHERE active AND tenant_id = %s ORDER BY position, id"
_EXPLAINED = (
    "SELECT DISTINCT conversation_id FROM messages WHERE {among} AND in_reply_to_id IS NOT NULL"
    " AND created_at > %s AND {event} = %s"
)
_ANSWERED_WITH = {
    "sqlite": "json_extract(content, '$.auto_reply')",
    "postgresql": "content->>'auto_reply'",
}


def answer_from_menu(arrived: Sequence[Inbound]) -> Mapping[Inbound, Reply]:
    """Answer the word or digit of a menu entry; explain the menu in answer to anything else.

    Where the provider has answered with its help, or a colleague has taken the conversation over,
    we only ask for a person if the entry does so.
    """
    entries = list(AutoReply.objects.raw(_IN_USE, [current_tenant_id()]))
    replies: dict[Inbound, Reply] = {}
    others: list[Inbound] = []
    for one in arrived:
        # An emoji below a message of ours says nothing that could be answered.
        if one.contact.status == ContactStatus.OPTED_OUT or one.message.type == "reaction":
            continue
        asked = (chosen(entries, text) for text in one.choices)
        entry = next(filter(None, asked), None)
        if done_by_provider(one) or one.conversation.taken_over:
            replies[one] = Reply("", wants_human=entry is not None and calls_a_person(entry))
        elif entry:
            replies[one] = reply_of(entry)
        else:
            others.append(one)
    return {**replies, **_explanations(others, entries)}


def chosen(entries: Iterable[AutoReply], text: str) -> AutoReply | None:
    """The entry that a text asks for: by being one of its words, else by containing one.

    A digit counts only when it is the whole message.
    """
    said = words_of(text)
    keywords = [(entry, words) for entry in entries for words in keywords_of(entry)]
    exact = (entry for entry, words in keywords if words == said)
    within = (
        entry
        for entry, words in keywords
        if len(said) <= LONGEST_REQUEST and not words[0].isdigit() and _contains(said, words)
    )
    return next(exact, None) or next(within, None)


def keywords_of(entry: AutoReply) -> list[Words]:
    """The entry's keywords in the form in which they are compared."""
    return list(_keywords_in(entry.keywords))


@lru_cache(maxsize=1_000)
def _keywords_in(keywords: str) -> tuple[Words, ...]:
    return tuple(words for part in keywords.split(",") if (words := words_of(part)))


def _contains(said: Words, words: Words) -> bool:
    size = len(words)
    return any(said[start : start + size] == words for start in range(len(said) - size + 1))


def _explanations(
    arrived: Sequence[Inbound], entries: Iterable[AutoReply]
) -> Mapping[Inbound, Reply]:
    """The menu, unless a person takes care of the conversation or it was explained lately."""
    entry = next((one for one in entries if one.event == Event.FALLBACK), None)
    untended = [
        one
        for one in arrived
        if one.choices and not (one.conversation.wants_human or one.conversation.assignee_id)
    ]
    if entry is None or not untended:
        return {}
    since = min(one.message.created_at for one in untended) - FALLBACK_REST
    explained = _explained([one.conversation.pk for one in untended], since)
    return {one: reply_of(entry) for one in untended if one.conversation.pk not in explained}


def _explained(conversations: Iterable[int], since: datetime) -> set[int]:
    """Those of the conversations in which the menu was explained since then."""
    statement = _EXPLAINED.format(
        among=is_among("conversation_id"), event=_ANSWERED_WITH[connection.vendor]
    )
    with connection.cursor() as cursor:
        cursor.execute(
            statement, [as_parameter(conversations), driver_moment(since), Event.FALLBACK.value]
        )
        return {pk for [pk] in cursor.fetchall()}
