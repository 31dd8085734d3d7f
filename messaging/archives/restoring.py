"""From the JSON of an archive back into the tables, with the same figures.

What is there already stays as it is: messages are known by their tokens. Neither campaigns nor
templates come back, which the messages only mention; nor do the files, which the archive names.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import DataError, IntegrityError
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from contacts.models import Address, Contact
from contacts.phones import PhoneError, parse_phone
from contacts.privacy.hashes import erased_among
from messaging.archives.actions import ArchiveAction
from messaging.archives.content import COLUMNS, FORMAT, TIMES, figures_of, message_data
from messaging.models import Conversation, Message, Sender
from messaging.models.querysets import PREVIEW_LENGTH
from messaging.states import Direction
from optouts.models import Change, ConsentEvent
from optouts.operations import opt_out
from waproject.accounts.actors import Actor
from waproject.audit.acting import acting
from waproject.core.db.bulk_lookup import Among

_CHUNK = 500
_WRONG_DATA = (KeyError, TypeError, ValueError, ArithmeticError, AttributeError)


class CannotRestore(Exception):
    """Why an archive cannot be restored, in a sentence."""


def read_archive(data: bytes) -> dict[str, Any]:
    """What the file of an archive says. Raises CannotRestore for any other file."""
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or "format" not in found:
        raise CannotRestore(_unreadable())
    _demand_our_format(found)
    return found


def _demand_our_format(content: Mapping[str, Any]) -> None:
    if content["format"] != FORMAT:
        raise CannotRestore(_("This file is of another version, or no archive at all."))


def restore(content: Mapping[str, Any], *, by: Actor) -> dict[str, Any]:
    """Write an archive's messages into the tables; return their figures, and how many were new.

    All or nothing. Raises CannotRestore.
    """
    with acting(by, ArchiveAction.RESTORE) as event:
        with said_in_sentences():
            found = _restore(content, by)
        event.about = found["contact"]
        event.after = {"new": found["new"], "messages": found["figures"]["messages"]}
    return found


@contextmanager
def said_in_sentences() -> Iterator[None]:
    """Raise what is wrong with the data of an archive as CannotRestore."""
    try:
        yield
    except IntegrityError as error:
        raise CannotRestore(_("A message of the archive is known here as another one.")) from error
    except (*_WRONG_DATA, DataError) as error:
        raise CannotRestore(_unreadable()) from error


def _unreadable() -> str:
    return _("This file is no archive that can be read.")


def _restore(content: Mapping[str, Any], by: Actor) -> dict[str, Any]:
    _demand_our_format(content)
    contact = _contact(content, by)
    talks = {one["sender"]: _talk(one, contact) for one in content["conversations"]}
    messages = content["messages"]
    new = [one for part in _parts(messages) for one in _insert(part, contact, talks)]
    _link_answers(new)
    for talk in talks.values():
        _show_last(talk)
    figures = figures_of(_stored(messages))
    if figures != content["figures"]:
        raise CannotRestore(_("What was restored does not have the figures of the archive."))
    return {"contact": contact, "figures": figures, "new": len(new)}


def _contact(content: Mapping[str, Any], by: Actor) -> Contact:
    """The person, found by an address, else made.

    One who had opted out is opted out again, unless they have opted in here since it was made.
    """
    said = content["contact"]
    found = person_here(said)
    if found is None:
        names = ("name", "email", "language", "time_zone")
        own = {name: said[name] for name in names}
        found = Contact.objects.create(phone=_phone(said["phone"]), **own)
        for one in said["addresses"]:
            Address.objects.create(contact=found, channel=one["channel"], value=one["value"])
    if said["is_opted_out"] and not is_back(found, _moment(content["made_at"])):
        opt_out(found, reason="manual", by=by, note=_("Had opted out when archived."))
    return found


def is_back(contact: Contact, made_at: datetime | None) -> bool:
    """Whether the person was allowed to be written to again after the archive was made."""
    again = ConsentEvent.objects.filter(contact=contact, change=Change.IN)
    return made_at is not None and again.filter(at__gt=made_at).exists()


def person_here(said: Mapping[str, Any]) -> Contact | None:
    """The person of an archive, if they are here. Raises CannotRestore for who was erased."""
    phone = _phone(said["phone"])
    addresses = [one["value"] for one in said["addresses"]]
    if erased_among(addresses + ([phone] if phone else [])):
        raise CannotRestore(_("This person was erased. The archive is not restored."))
    found: Contact | None = Contact.objects.with_phones([phone]).first() if phone else None
    if found is None and addresses:
        row = Address.objects.filter(value__in=addresses).select_related("contact").first()
        found = row.contact if row else None
    return found


def _phone(text: str | None) -> str | None:
    try:
        return parse_phone(text) if text else None
    except PhoneError as error:
        raise ValueError(text) from error


def _talk(said: Mapping[str, Any], contact: Contact) -> Conversation:
    sender, _made = Sender.objects.get_or_create(
        channel=said["channel"], address=said["address"], defaults={"name": said["sender_name"]}
    )
    talk, made = Conversation.objects.get_or_create(
        sender=sender,
        contact=contact,
        defaults={
            "status": Conversation.Status(said["status"]),
            "unread_count": int(said["unread_count"]),
            "wants_human": bool(said["wants_human"]),
            "window_expires_at": _moment(said["window_expires_at"]),
        },
    )
    if made and (began := _moment(said["created_at"])):
        Conversation.objects.filter(pk=talk.pk).update(created_at=began)
    return talk


def _insert(
    part: Sequence[Mapping[str, Any]], contact: Contact, talks: Mapping[str, Conversation]
) -> list[tuple[Message, str | None]]:
    """Insert the messages that are not there; each with the token of what it answers, if any."""
    known = known_among(part)
    new = [
        (_message(one, contact, talks), one["answers"]) for one in part if one["token"] not in known
    ]
    Message.objects.bulk_create([message for message, _answers in new])
    return new


def known_among(messages: Sequence[Mapping[str, Any]]) -> set[str]:
    """The tokens of those of these messages that are here."""
    return {
        token
        for part in _parts(messages)
        for token in Message.objects.filter(
            Among("token", str, [one["token"] for one in part])
        ).values_list("token", flat=True)
    }


def _message(
    said: Mapping[str, Any], contact: Contact, talks: Mapping[str, Conversation]
) -> Message:
    talk = talks.get(said["sender"]) if said["sender"] else None
    return Message(
        contact=contact,
        conversation=talk,
        account_id=talk.sender.account_id if talk else None,
        price=None if said["price"] is None else Decimal(said["price"]),
        **{name: said[name] for name in COLUMNS},
        **{name: _moment(said[name]) for name in TIMES},
    )


def _link_answers(new: Sequence[tuple[Message, str | None]]) -> None:
    """Say of automatic answers which message they answer."""
    for message, token in new:
        if token is None:
            continue
        asked = Message.objects.filter(token=token).values_list("pk", flat=True).first()
        if asked:
            Message.objects.filter(pk=message.pk).update(in_reply_to=asked)


def _show_last(talk: Conversation) -> None:
    """Let the conversation show its last message, and the person's last words."""
    rows = Message.objects.filter(conversation=talk).order_by("-created_at", "-pk")
    last, theirs = rows.first(), rows.filter(direction=Direction.INBOUND).first()
    shown: dict[str, Any] = {}
    if last:
        shown |= {
            "last_message_at": last.created_at,
            "last_message_body": last.body[:PREVIEW_LENGTH],
            "last_message_direction": last.direction,
        }
    if theirs:
        shown |= {
            "last_inbound_at": theirs.created_at,
            "last_inbound_body": theirs.body[:PREVIEW_LENGTH],
            "last_inbound_type": theirs.type,
        }
    if shown:
        Conversation.objects.filter(pk=talk.pk).update(**shown)


def _stored(messages: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The messages of the archive as the tables have them now."""
    return [
        message_data(message)
        for part in _parts(messages)
        for message in Message.objects.filter(
            Among("token", str, [one["token"] for one in part])
        ).select_related("conversation__sender", "in_reply_to")
    ]


def _parts(messages: Sequence[Mapping[str, Any]]) -> list[Sequence[Mapping[str, Any]]]:
    return [messages[start : start + _CHUNK] for start in range(0, len(messages), _CHUNK)]


def _moment(text: str | None) -> datetime | None:
    moment = parse_datetime(text) if text else None
    if text and (moment is None or moment.tzinfo is None):
        raise ValueError(text)
    return moment
