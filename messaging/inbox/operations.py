"""What staff do with a conversation beside answering: notes, statuses, outcomes, tags, next steps.

Each leaves an entry in the conversation and an event in the log, in one transaction.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from contacts.models import Tag
from messaging import answers, operations
from messaging.content import PARTS, attached_ids
from messaging.files.keeping import remove as remove_files
from messaging.files.models import StoredFile
from messaging.inbox.actions import InboxAction
from messaging.inbox.models import Closing, Entry, EntryKind, NextStep, Outcome
from messaging.inbox.times import rounds
from messaging.models import Conversation
from messaging.models.querysets import ConversationQuerySet
from waproject.accounts.actors import Actor, permit, user_of
from waproject.accounts.models import User
from waproject.audit.acting import Entry as LogEntry
from waproject.audit.acting import acting

NOTE_MOST = 4_000
STEP_MOST = 200
CHANGE_PEOPLE = "contacts.change_contact"
# The same note again so soon is the same click again.
SECOND_CLICK = timedelta(seconds=10)
# A conversation is resolved so soon after the answer with which it was.
WITH_IT = timedelta(seconds=5)


class CannotDo(ValueError):
    """Why something cannot be done with a conversation. Its text is a sentence."""


def write_note(conversation_id: int, text: str, *, by: Actor) -> Entry:
    """Leave a note that colleagues alone see; the same again at once leaves no second one.

    Raises CannotDo for an empty one.
    """
    text = text.strip()[:NOTE_MOST]
    if not text:
        raise CannotDo(_("Write something first."))
    with _changing(conversation_id, InboxAction.NOTE, by) as (talk, event):
        if again := _clicked_twice(talk, text, by):
            event.drop()
            return again
        return _enter(talk, EntryKind.NOTE, by, text=text)


def _clicked_twice(talk: Conversation, text: str, by: Actor) -> Entry | None:
    """The newest entry, if it is the same note of the same writer of a moment ago."""
    last: Entry | None = Entry.objects.filter(conversation=talk).order_by("-at", "-pk").first()
    if last is None or (last.kind, last.text, last.by) != (EntryKind.NOTE, text, user_of(by)):
        return None
    return last if timezone.now() - last.at < SECOND_CLICK else None


@transaction.atomic
def assign(conversation_ids: Collection[int], *, to: User | None, by: Actor) -> int:
    """Give conversations to a colleague, or to nobody (messaging.operations.assign).

    Those that they have already stay as they are. Returns how many changed hands.
    """
    moving = _ids(Conversation.objects.filter(pk__in=conversation_ids).exclude(assignee=to))
    operations.assign(moving, to=to, by=by)
    name = (to.get_full_name() or to.get_username()) if to else ""
    _enter_all(moving, EntryKind.ASSIGNED, by, to={"id": to.pk, "name": name} if to else None)
    return len(moving)


def give_back(conversation_id: int, *, by: Actor) -> bool:
    """Let the menu answer again where a colleague took a conversation over; it is nobody's then.

    Return whether it was taken over.
    """
    with _changing(conversation_id, InboxAction.GIVE_BACK, by) as (talk, event):
        if not talk.taken_over:
            event.drop()
            return False
        Conversation.objects.filter(pk=talk.pk).update(taken_over=False, assignee=None)
        event.before, event.after = {"taken_over": True}, {"taken_over": False}
        _enter(talk, EntryKind.MENU, by)
        return True


@transaction.atomic
def close(conversation_ids: Collection[int], *, by: Actor) -> int:
    """Resolve conversations without an outcome; return how many were open or pending."""
    closing = _ids(Conversation.objects.filter(pk__in=conversation_ids).in_work())
    operations.close(closing, by=by)
    _enter_all(closing, EntryKind.STATUS, by, status=Conversation.Status.RESOLVED.value)
    return len(closing)


def set_status(conversation_id: int, status: str, *, by: Actor) -> None:
    """Put a conversation to a status: open, pending, resolved or spam.

    Resolved and spam are settled: nothing is unread, and nobody waits. Raises CannotDo for a status
    that there is not.
    """
    if status not in Conversation.Status.values:
        raise CannotDo(_("There is no such status."))
    with _changing(conversation_id, InboxAction.SET_STATUS, by) as (talk, event):
        if talk.status == status:
            event.drop()
            return
        event.before, event.after = {"status": talk.status}, {"status": status}
        is_settled = status in (Conversation.Status.RESOLVED, Conversation.Status.SPAM)
        columns: dict[str, Any] = {"status": status, "resolved_at": None}
        if is_settled:
            columns |= {**operations.SETTLED, "resolved_at": timezone.now()}
        if status == Conversation.Status.RESOLVED:
            rounds.resolved([talk.pk], by=user_of(by), at=columns["resolved_at"])
        Conversation.objects.filter(pk=talk.pk).update(**columns)
        _enter(talk, EntryKind.STATUS, by, status=status)


def resolve(
    conversation_id: int, outcome_id: int, *, amount: Decimal | None = None, by: Actor
) -> Closing:
    """Resolve a conversation with an outcome; a sale needs its amount.

    The campaign that the person answered last is told of it (settings.CLOSING_LISTENERS), and its
    number is kept. Its next step stays where the day of it is still to come.
    Raises CannotDo for an outcome that is not in use, for an amount that is missing, and where the
    conversation was resolved before: a sale counts once.
    """
    outcome = Outcome.objects.filter(pk=outcome_id, active=True).first()
    if outcome is None:
        raise CannotDo(_("Choose an outcome."))
    if outcome.is_sale and (amount is None or amount < 0):
        raise CannotDo(_("Write the amount of the sale."))
    with acting(by, InboxAction.RESOLVE) as event:
        closing = Closing(
            conversation_id=conversation_id,
            outcome=outcome,
            amount=amount if outcome.is_sale else None,
            by=user_of(by),
            at=timezone.now(),
        )
        # Recipients are locked before conversations, as everywhere.
        for listener in settings.CLOSING_LISTENERS:
            closing.campaign_id = import_string(listener)(closing, by=by) or closing.campaign_id
        talk = event.about = _locked(conversation_id)
        if talk.status == Conversation.Status.RESOLVED:
            raise CannotDo(_("The conversation was resolved before."))
        closing.save()
        rounds.resolved([talk.pk], by=closing.by, at=closing.at)
        Conversation.objects.filter(pk=talk.pk).update(
            **operations.SETTLED, status=Conversation.Status.RESOLVED, resolved_at=closing.at
        )
        NextStep.objects.filter(conversation=talk, due_on__lte=timezone.localdate()).delete()
        event.after = {"outcome": outcome.code, "status": Conversation.Status.RESOLVED.value}
        told = str(closing.amount) if closing.amount is not None else ""
        counted: dict[str, Any] = {}
        if closing.campaign_id:
            counted["campaign"] = closing.campaign_id
        _enter(talk, EntryKind.CLOSED, by, outcome=outcome.name, amount=told, **counted)
    return closing


class TakenBack(NamedTuple):
    """The text as it was written, "" of a template; how many files went with it; and its writer.

    `is_partly`: a message of the answer had left before.
    """

    text: str
    files: int = 0
    by_id: int | None = None
    is_partly: bool = False


@transaction.atomic
def take_back(conversation_id: int, delivery_id: int, *, by: Actor) -> TakenBack:
    """Take an answer back with its files (messaging.answers.take_back).

    A conversation that was resolved with it is opened again: its person waits as before, and the
    round goes on, also where words of theirs opened it meanwhile.
    """
    taken = answers.take_back(conversation_id, delivery_id, by=by)
    talk, one = Conversation.objects.get(pk=conversation_id), taken[0]
    if one.asked_at and _was_resolved_with(talk, one.asked_at):
        if talk.status == Conversation.Status.RESOLVED:
            set_status(conversation_id, Conversation.Status.OPEN, by=by)
        rounds.go_on(talk, since=one.asked_at)
        answers.wait_again(talk.sender_id, talk.contact_id)
    if one.template_version_id is not None:
        return TakenBack("")
    attached = [file for part in taken for file in attached_ids(part.variables)]
    if attached:
        remove_files(StoredFile.objects.filter(file_id__in=attached))
    # One message of the answer has the text.
    text = "".join(part.body for part in taken)
    is_partly = len(taken) < int(one.variables.get(PARTS, "1"))
    return TakenBack(text, len(attached), one.asked_by_id, is_partly)


def _was_resolved_with(talk: Conversation, asked_at: datetime) -> bool:
    """Whether the last that staff did with it was to resolve it with the answer of this moment."""
    done = Entry.objects.filter(conversation=talk).exclude(kind=EntryKind.REOPENED)
    last = done.order_by("-at", "-pk").first()
    if last is None or last.kind != EntryKind.STATUS:
        return False
    is_resolved = last.data.get("status") == Conversation.Status.RESOLVED
    return is_resolved and timedelta(0) <= last.at - asked_at < WITH_IT


def set_tags(
    conversation_id: int, *, of_talk: Collection[int], of_person: Collection[int], by: Actor
) -> None:
    """Give a conversation and its person exactly these tags, by their ids.

    Raises PermissionDenied where the person's are to become others and the user may not change
    people.
    """
    with _changing(conversation_id, InboxAction.TAG, by) as (talk, event):
        found = {tag.pk: tag for tag in Tag.objects.filter(pk__in={*of_talk, *of_person})}
        changes = [
            _TagChange({*talk.tags.all()}, {found[pk] for pk in of_talk if pk in found}),
            _TagChange({*talk.contact.tags.all()}, {found[pk] for pk in of_person if pk in found}),
        ]
        own, theirs = changes
        if theirs.before != theirs.after:
            permit(by, CHANGE_PEOPLE)
        talk.tags.set(own.after)
        talk.contact.tags.set(theirs.after)
        added = _names({tag for one in changes for tag in one.after - one.before})
        removed = _names({tag for one in changes for tag in one.before - one.after})
        if not added and not removed:
            event.drop()
            return
        event.after = {"added": added, "removed": removed}
        _enter(talk, EntryKind.TAGGED, by, added=added, removed=removed)


class _TagChange(NamedTuple):
    before: set[Tag]
    after: set[Tag]


def plan(conversation_id: int, text: str, due_on: date, *, by: Actor) -> NextStep:
    """Set what is to be done next, and on which day; it takes the place of the one before.

    Raises CannotDo for a day that is over, and without words.
    """
    text = " ".join(text.split())[:STEP_MOST]
    if not text:
        raise CannotDo(_("Write what is to be done."))
    if due_on < timezone.localdate():
        raise CannotDo(_("The day is over. Choose a day from today on."))
    with _changing(conversation_id, InboxAction.PLAN, by) as (talk, event):
        step, _made = NextStep.objects.update_or_create(
            conversation=talk, defaults={"text": text, "due_on": due_on, "by": user_of(by)}
        )
        event.after = {"due_on": due_on.isoformat()}
        _enter(talk, EntryKind.STEP, by, text=text, due=due_on.isoformat())
    return step


def step_done(conversation_id: int, *, by: Actor) -> None:
    """Note that the next step was done; nothing when there is none."""
    with _changing(conversation_id, InboxAction.DONE, by) as (talk, event):
        step = NextStep.objects.filter(conversation=talk).first()
        if step is None:
            event.drop()
            return
        step.delete()
        _enter(talk, EntryKind.STEP, by, text=step.text, done=True)


@contextmanager
def _changing(
    conversation_id: int, action: InboxAction, by: Actor
) -> Iterator[tuple[Conversation, LogEntry]]:
    """The conversation, locked, with the event that is about it."""
    with acting(by, action) as event:
        talk = event.about = _locked(conversation_id)
        yield talk, event


def _locked(conversation_id: int) -> Conversation:
    rows = Conversation.objects.select_related("contact")
    locked: Conversation = rows.select_for_update(of=("self",), no_key=True).get(pk=conversation_id)
    return locked


def _ids(rows: ConversationQuerySet) -> list[int]:
    """The ids of these conversations, which are locked."""
    return list(rows.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))


def _enter_all(ids: Collection[int], kind: EntryKind, by: Actor, **data: Any) -> None:
    now = timezone.now()
    Entry.objects.bulk_create(
        Entry(conversation_id=pk, kind=kind, data=data, by=user_of(by), at=now) for pk in ids
    )


def _enter(talk: Conversation, kind: EntryKind, by: Actor, *, text: str = "", **data: Any) -> Entry:
    return Entry.objects.create(
        conversation=talk, kind=kind, text=text, data=data, by=user_of(by), at=timezone.now()
    )


def _names(tags: Collection[Tag]) -> list[str]:
    return sorted(tag.name for tag in tags)
