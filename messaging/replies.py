"""The handlers of inbound messages that answer by themselves: opt-outs and the menu."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import lru_cache

from django.db import connection

from contacts.bulk_insert import driver_moment
from contacts.models import ContactStatus
from messaging.inbound import Inbound, Reply
from messaging.models import AutoReply
from optouts.operations import hear
from optouts.words import Verdict, words_of

Event = AutoReply.Event
Words = tuple[str, ...]

EVENT_OF = {Verdict.OPT_OUT: Event.OPT_OUT, Verdict.OPT_IN: Event.OPT_IN}
# The menu explains itself to a person at most once in this time.
FALLBACK_REST = timedelta(hours=24)
# In a longer message a menu word says little: staff should read it.
LONGEST_REQUEST = 12

# As text: composing them takes the ORM longer than the database takes to answer.
_IN_USE = "SELECT * FROM auto_replies WHERE active ORDER BY position, id"
_EXPLAINED = (
    "SELECT 1 FROM messages WHERE conversation_id = %s AND in_reply_to_id IS NOT NULL"
    " AND created_at > %s AND {} = %s LIMIT 1"
)
_ANSWERED_WITH = {
    "sqlite": "json_extract(content, '$.auto_reply')",
    "postgresql": "content->>'auto_reply'",
}


def honour_opt_out(inbound: Inbound) -> Reply | None:
    """Opt the person out, or in again, when that is what they say, and confirm it.

    A message that only may mean it is held, and the walk goes on; so it does when someone who
    is not opted out says that they want to come back.
    """
    evidence = inbound.message.message_sid or ""
    was_out = any(person.status == ContactStatus.OPTED_OUT for person in inbound.people)
    for text in inbound.choices:
        [verdict, *_same] = [hear(person, text, evidence=evidence) for person in inbound.people]
        if verdict == Verdict.OPT_IN and not was_out:
            continue
        if event := EVENT_OF.get(verdict):
            # With its own opt-out handling switched on, the provider has answered already.
            answered = "OptOutType" in inbound.message.content
            return Reply("") if answered else _confirmation(event)
    return None


def answer_from_menu(inbound: Inbound) -> Reply | None:
    """Answer the word or digit of a menu entry; explain the menu to who writes anything else."""
    if inbound.contact.status == ContactStatus.OPTED_OUT:
        return None
    entries = list(AutoReply.objects.raw(_IN_USE))
    for text in inbound.choices:
        if entry := chosen(entries, text):
            return _reply(entry)
    return _explanation(inbound, entries)


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


def _confirmation(event: str) -> Reply:
    entry = AutoReply.objects.filter(event=event, active=True).first()
    return _reply(entry) if entry else Reply("")


def _explanation(inbound: Inbound, entries: Iterable[AutoReply]) -> Reply | None:
    """The menu, unless a person takes care of the conversation or it was explained lately."""
    conversation = inbound.conversation
    if not inbound.choices or conversation.wants_human or conversation.assignee_id:
        return None
    entry = next((one for one in entries if one.event == Event.FALLBACK), None)
    since = inbound.message.created_at - FALLBACK_REST
    return _reply(entry) if entry and not _was_explained(conversation.pk, since) else None


def _was_explained(conversation_id: int, since: datetime) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            _EXPLAINED.format(_ANSWERED_WITH[connection.vendor]),
            [conversation_id, driver_moment(since), Event.FALLBACK.value],
        )
        return cursor.fetchone() is not None


def _reply(entry: AutoReply) -> Reply:
    return Reply(
        entry.body,
        wants_human=entry.action == AutoReply.Action.HUMAN,
        content={"auto_reply": entry.event or entry.pk},
    )
