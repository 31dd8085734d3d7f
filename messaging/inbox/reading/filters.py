"""What narrows the list beside its view, as the address of the page has it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.http import urlencode

from contacts.models import Contact
from contacts.permissions import may_see_addresses
from contacts.search import seeks_an_address
from contacts.search.people import of_named_people
from messaging.inbox.reading.shelves import FIRST
from messaging.models import Conversation, Message
from waproject.core.admin.lists import LONGEST_SEARCH

# Words are looked for in so many of the newest messages of people: more would take too long.
MESSAGES_SEARCHED = 20_000
# So many conversations are found by words.
MOST_BY_WORDS = 500
MOST_WORDS = 8
_ID = re.compile(r"[0-9]{1,18}")


@dataclass(frozen=True, slots=True)
class Filters:
    """The view by its name, and what is asked for besides; None and "" ask for nothing."""

    shelf: str = FIRST
    text: str = ""
    tag: int | None = None
    campaign: int | None = None
    sender: int | None = None

    @classmethod
    def read(cls, given: QueryDict) -> "Filters":
        """What the address of a page says. What makes no sense is left out."""
        text = given.get("q", "")[:LONGEST_SEARCH].replace("\x00", "").strip()
        return cls(
            given.get("view", FIRST),
            text,
            *(_id(given.get(name, "")) for name in ("tag", "campaign", "sender")),
        )

    @property
    def query(self) -> str:
        """The same as an address has it; "" for the first view with nothing asked for."""
        return urlencode(list(self._named()))

    @property
    def are_narrow(self) -> bool:
        return self != Filters(self.shelf)

    def with_shelf(self, name: str) -> "Filters":
        return replace(self, shelf=name)

    def _named(self) -> Iterator[tuple[str, Any]]:
        if self.shelf != FIRST:
            yield "view", self.shelf
        if self.text:
            yield "q", self.text
        for name in ("tag", "campaign", "sender"):
            if (value := getattr(self, name)) is not None:
                yield name, value

    def condition(self) -> Q:
        """The conversations that are asked for."""
        found = Q()
        if self.sender is not None:
            found &= Q(sender=self.sender)
        if self.tag is not None:
            found &= _tagged(self.tag)
        if self.campaign is not None:
            answers = Message.objects.inbound().of_campaign(self.campaign).order_by()
            found &= Q(pk__in=answers.values("conversation"))
        if self.text:
            found &= of_named_people(self.text) | Q(pk__in=_that_say(self.text))
        return found


def _id(text: str) -> int | None:
    return int(text) if _ID.fullmatch(text) else None


def _tagged(tag: int) -> Q:
    """Conversations with this tag, and those of people who have it."""
    own = Conversation.tags.through.objects.filter(tag=tag).values("conversation")
    theirs = Contact.tags.through.objects.filter(tag=tag).values("contact")
    return Q(pk__in=own) | Q(contact__in=theirs)


def _that_say(text: str) -> list[int]:
    """The ids of conversations in which a person wrote all these words lately."""
    found = messages_that_say(text)
    if found is None:
        return []
    return list(
        found.order_by().values_list("conversation_id", flat=True).distinct()[:MOST_BY_WORDS]
    )


def messages_that_say(text: str) -> "QuerySet[Message] | None":
    """The messages of conversations, among the latest of people, with all these words; the newest
    first. None where there is no word to look for.

    Who reads addresses masked finds no numbers: digit by digit, a search would tell them.
    """
    words = words_of(text)
    has_numbers = any(char.isdigit() for char in text)
    if not words or seeks_an_address(text) or (has_numbers and not may_see_addresses()):
        return None
    inbound = Message.objects.inbound().order_by("-created_at")
    # The moment of the last one that is looked at: with their ids PostgreSQL reads all messages.
    since = inbound.values_list("created_at", flat=True)[MESSAGES_SEARCHED:].first()
    found: QuerySet[Message] = inbound.filter(conversation__isnull=False)
    if since is not None:
        found = found.filter(created_at__gt=since)
    for word in words:
        found = found.filter(body__sounds=word)
    return found


def words_of(text: str) -> list[str]:
    """The words of a text that are looked for in messages: the short ones are in all of them."""
    return [word for word in text.split() if len(word) > 2][:MOST_WORDS]
