"""Finding events: those of one object, and what somebody means who types into the search box.

An object's number, a user's name and an address are found by an index, however long the log is.
Words are looked for in the latest events alone: a text can stand anywhere in them, so each is read.
"""

import re
from ipaddress import ip_address

from django.apps import apps
from django.db.models import Model, Q, QuerySet, TextField, Value
from django.db.models.functions import Concat

from waproject.accounts.models import User
from waproject.audit.models import Event
from waproject.core.admin.lists import LONGEST_SEARCH, SEARCH_COUNT_LIMIT
from waproject.core.db import prefix  # noqa: F401  registers the lookup
from waproject.core.db.bulk_lookup import Among

# So many events are read for words: of what a list's filters leave, the latest.
READ = 50_000
# Where the words may stand.
TEXTS = ("object_text", "reason", "actor_name", "origin")
# As one text: to compare it takes a third of the time, and no word goes over the end of a line.
_ALL_TEXTS = Concat(
    *(part for name in TEXTS for part in (name, Value("\n"))), output_field=TextField()
)
_BEGINS_AN_ADDRESS = re.compile(r"\d{1,3}\.[\d.]{1,11}|[0-9a-f]{1,4}:[0-9a-f:.]*", re.IGNORECASE)
# So many of the latest events are looked at, of each of the two kinds.
SHOWN = 100
LOOKED_THROUGH = 500


def history_of(about: Model) -> list[Event]:
    """The latest events on this object, the newest first; at most SHOWN.

    An event about many objects names the first hundred of them (waproject.audit.acting.IDS_KEPT).
    """
    of_its_kind = Event.objects.filter(object_type=about._meta.label_lower).order_by("-id")
    own = list(of_its_kind.filter(object_id=str(about.pk))[:SHOWN])
    joint = [
        event
        for event in of_its_kind.filter(object_id="")[:LOOKED_THROUGH]
        if about.pk in event.after.get("ids", [])
    ]
    return sorted([*own, *joint], key=lambda event: event.pk, reverse=True)[:SHOWN]


def found(events: "QuerySet[Event]", text: str) -> "QuerySet[Event]":
    """Those of the events, which are in no order yet, that somebody means who typed this."""
    text = text[:LONGEST_SEARCH].strip()
    if text.isdecimal():
        kinds = [model._meta.label_lower for model in apps.get_models()]
        return events.filter(object_type__in=kinds, object_id=text)
    if _is_address(text):
        return events.filter(origin__prefix=f"web {text}")
    user = User.objects.filter(username=text).first()
    if user is not None:
        return events.filter(Q(actor=user) | _about(user))
    return _with_words(events, text.split())


def _is_address(text: str) -> bool:
    """Whether it is the beginning of an address at least, as `192.0.2` is."""
    try:
        ip_address(text)
    except ValueError:
        return _BEGINS_AN_ADDRESS.fullmatch(text) is not None
    return True


def _about(user: User) -> Q:
    return Q(object_type=User._meta.label_lower, object_id=str(user.pk))


def _with_words(events: "QuerySet[Event]", words: list[str]) -> "QuerySet[Event]":
    """Those of the latest READ events that have all the words, each in any of their texts."""
    oldest = events.order_by("-pk").values_list("pk", flat=True)[READ - 1 : READ].first()
    if oldest is not None:
        events = events.filter(pk__gte=oldest)
    said = events.alias(said=_ALL_TEXTS)
    for word in words:
        said = said.filter(said__icontains=word)
    # A list counts its rows and reads a page of them: each event is read once, unless many match.
    ids = list(said.order_by().values_list("pk", flat=True)[:SEARCH_COUNT_LIMIT])
    return said if len(ids) >= SEARCH_COUNT_LIMIT else events.filter(Among("pk", int, ids))
