"""What becomes of the conversations of a colleague who cannot answer any more.

Whoever waits in one of them would wait for somebody who does not come back. So those in work go to
others as new ones do, by the rules of the inbox, and are nobody's where these give them to nobody.
Resolved ones stay with whoever had them.
"""

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import ngettext

from messaging.inbox.actions import InboxAction
from messaging.inbox.giving.rules import chosen_for
from messaging.inbox.models import Entry, EntryKind
from messaging.models import Conversation
from messaging.operations import those_who_answer
from waproject.accounts.actors import Actor, user_of
from waproject.accounts.models import User
from waproject.audit.acting import Entry as LogEntry
from waproject.audit.acting import record
from waproject.core.db.bulk_lookup import Among


@transaction.atomic
def give_on(users: Collection[int], *, by: Actor) -> str:
    """Give on what those of these users have in work who cannot answer in this business any more.

    One of RIGHTS_LISTENERS: whoever changes a user has shown the right to it. Returns what was
    done, as sentences; "" when there was nothing.
    """
    gone = User.objects.filter(pk__in=users).exclude(pk__in=those_who_answer().values("pk"))
    return " ".join(filter(None, [_give_on(user, by) for user in gone.order_by("pk")]))


def _give_on(user: User, by: Actor) -> str:
    rows = Conversation.objects.in_work().filter(assignee=user).order_by("pk")
    talks = list(rows.select_for_update(no_key=True).values_list("pk", "contact_id"))
    if not talks:
        return ""
    given: dict[User | None, list[int]] = defaultdict(list)
    choices = chosen_for([contact_id for _pk, contact_id in talks])
    for (pk, _contact_id), to in zip(talks, choices, strict=True):
        given[to].append(pk)
    for to, ids in given.items():
        # One statement for each of the colleagues, however many conversations there are.
        Conversation.objects.filter(Among("pk", int, ids)).update(assignee=to)
        _enter(ids, user, to, by)
        _log(ids, user, to, by)
    return _said(user, {to: len(ids) for to, ids in given.items()})


def _enter(ids: Collection[int], user: User, to: User | None, by: Actor) -> None:
    data = {"from": _named(user), "to": _named(to) if to else None}
    now = timezone.now()
    Entry.objects.bulk_create(
        Entry(conversation_id=pk, kind=EntryKind.ASSIGNED, data=data, by=user_of(by), at=now)
        for pk in ids
    )


def _log(ids: Collection[int], user: User, to: User | None, by: Actor) -> None:
    event = LogEntry(before={"assignee_id": user.pk}, after={"assignee_id": to.pk if to else None})
    event.concern(Conversation, ids)
    record(by, InboxAction.GIVE_ON.value, event)


def _named(user: User) -> dict[str, Any]:
    return {"id": user.pk, "name": user.get_full_name() or user.get_username()}


def _said(user: User, counts: dict[User | None, int]) -> str:
    free = counts.get(None, 0)
    others = sum(counts.values()) - free
    name = _named(user)["name"]
    given = ngettext(
        "%(count)d conversation of %(name)s went to a colleague.",
        "%(count)d conversations of %(name)s went to colleagues.",
        others,
    ) % {"count": others, "name": name}
    left = ngettext(
        "%(count)d conversation of %(name)s is nobody's now.",
        "%(count)d conversations of %(name)s are nobody's now.",
        free,
    ) % {"count": free, "name": name}
    return " ".join([given] * bool(others) + [left] * bool(free))
