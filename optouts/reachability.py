"""Who may be written to: one rule, by address, channel and purpose, for queries and for plain rows.

`Barrier` lists what keeps a message from leaving, in the order in which it is told. Each is spelt
once for the database and once for Python:

- `may_write(channel, purpose, row)` is a condition for `filter`. Without a join, so that the UPDATE
  of a claim, and the last look before a request, test it in the statement that they need anyway.
- `barrier(channel, purpose, row)` is the code of the first barrier, for `annotate` and GROUP BY;
  empty where there is none. `Barrier(code).label` has the words.
- `why_not(standing, purpose)` is the same code for a person of whom all is read already.

A claim selects `barrier` of the rows that are due, skips those that have one and tests `may_write`
again in its UPDATE. The last look selects the rows of a group for which `may_write` still holds.

Only Python can tell a landline by its number, so no query does: a launch looks at each number.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.db.models.lookups import Exact, IsNull, LessThanOrEqual
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contacts.addresses import address_on, is_blocked, is_second_phone
from contacts.models import Contact, ContactStatus
from contacts.states import Channel
from optouts.models import Hold, OptOut


class Purpose(models.TextChoices):
    """Why somebody is written to.

    A reply answers what the person wrote. On WhatsApp, while the window of their message is open,
    it goes to somebody who opted out as well, if it was asked for after the opt-out. It may go to a
    second phone, from which the person wrote, whatever is wrong with their first. A service
    message is one that the person expects, such as a notice about an order; a message of theirs
    that waits for a decision does not keep it back. Everything else is marketing.
    """

    MARKETING = "marketing", _("marketing")
    SERVICE = "service", _("service")
    REPLY = "reply", _("reply")


class Barrier(models.TextChoices):
    """Why a person is not written to, as it is stored and, by its label, as it is shown."""

    OPTED_OUT = "opted_out", _("opted out")
    DUPLICATE = "duplicate", _("another contact has this number in another spelling")
    INVALID = "invalid", _("invalid address")
    BLOCKED = "blocked", _("cannot be reached on this channel")
    HELD = "held", _("a message of theirs waits for a decision")
    LANDLINE = "landline", _("a landline, from which nobody wrote by WhatsApp")
    NO_ADDRESS = "no_address", _("no phone number")
    MOVED = "moved", _("the contact has another address now")


class Answer(NamedTuple):
    """A reply: until when the person's message may be answered, and when it was asked for."""

    until: datetime | None
    asked_at: datetime


class Standing(NamedTuple):
    """What is known of one person on one channel.

    `address` is where they are reached now, `goes_to` where the message goes, None when that is
    settled later, and `is_second_phone` says that this is a phone of theirs besides. `out_since` is
    the latest opt-out of the person or with their number. `answer` is None where the channel has no
    window.
    """

    status: str
    address: str | None
    goes_to: str | None = None
    is_second_phone: bool = False
    number_is_out: bool = False
    is_unmerged: bool = False
    is_held: bool = False
    is_blocked: bool = False
    is_landline: bool = False
    out_since: datetime | None = None
    answer: Answer | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """Where a query finds what it asks about; by default its rows are contacts.

    `contact` is the foreign key, `goes_to` the column of the address to which the row's message
    goes. For replies, `until` and `asked_at` are the columns of Answer.
    """

    contact: str = ""
    goes_to: str = ""
    until: str = ""
    asked_at: str = ""


CONTACT = Row()


def may_write(channel: str, purpose: Purpose = Purpose.MARKETING, row: Row = CONTACT) -> Q:
    """The condition that no barrier keeps a message of this purpose from the person of a row.

    An empty channel stands for any: no block of a channel counts then.
    """
    if purpose is Purpose.REPLY:  # it looks at the clock
        return _compose_condition(channel, purpose, row)
    return _composed_condition(channel, purpose, row)


def barrier(channel: str, purpose: Purpose = Purpose.MARKETING, row: Row = CONTACT) -> Case:
    """The code of the first barrier for the person of a row; empty when they may be written to."""
    if purpose is Purpose.REPLY:
        return _compose_barrier(channel, purpose, row)
    return _composed_barrier(channel, purpose, row)


def _compose_condition(channel: str, purpose: Purpose, row: Row) -> Q:
    if not row.contact:
        return Q(_no_barrier(_Columns(row), channel, purpose))
    nested = _no_barrier(_Columns(row, is_nested=True), channel, purpose)
    # Without the tenant, which is the row's own: PostgreSQL would choose between that index and the
    # primary key by what it believes of the table.
    person = Exists(Contact._base_manager.filter(nested, pk=OuterRef(row.contact)))
    return Q(_case([(Q(person), True)], default=False, kind=models.BooleanField()))


def _no_barrier(columns: "_Columns", channel: str, purpose: Purpose) -> Case:
    conditions = _conditions(columns, channel, purpose)
    found = [(condition, False) for _code, condition in conditions]
    return _case(found, default=True, kind=models.BooleanField())


def _compose_barrier(channel: str, purpose: Purpose, row: Row) -> Case:
    conditions = _conditions(_Columns(row), channel, purpose)
    found = [(condition, code.value) for code, condition in conditions]
    return _case(found, default="", kind=models.CharField())


def _case(found: list[tuple[Q, Any]], *, default: Any, kind: "models.Field[Any, Any]") -> Case:
    """The value of the first condition that holds.

    Each EXISTS is one probe of an index for a row, whatever PostgreSQL believes of the tables. As
    conditions beside each other it makes joins of them, and on tables that nobody has counted yet,
    those of a new installation, it joined everybody with everybody: for 11,520 people minutes.
    """
    cases = (When(condition, then=Value(value)) for condition, value in found)
    return Case(*cases, default=Value(default), output_field=kind)


# Composed once: each look of a worker would spend half its time in Python on it. The tenant is
# filled in when the statement is run.
_composed_condition = lru_cache(maxsize=64)(_compose_condition)
_composed_barrier = lru_cache(maxsize=64)(_compose_barrier)


def why_not(person: Standing, purpose: Purpose = Purpose.MARKETING) -> Barrier | None:
    """The first barrier for a person; None when they may be written to."""
    if _is_out(person, purpose):
        return Barrier.OPTED_OUT
    if person.is_unmerged:
        return Barrier.DUPLICATE
    if person.status == ContactStatus.INVALID:
        return Barrier.INVALID
    is_elsewhere = purpose is Purpose.REPLY and person.is_second_phone
    if person.is_blocked and not is_elsewhere:
        return Barrier.BLOCKED
    if person.is_held and purpose is Purpose.MARKETING:
        return Barrier.HELD
    if person.is_landline:
        return Barrier.LANDLINE
    if not person.address:
        return Barrier.NO_ADDRESS
    return None if is_elsewhere or person.goes_to in (None, person.address) else Barrier.MOVED


def _is_out(person: Standing, purpose: Purpose) -> bool:
    if person.status != ContactStatus.OPTED_OUT and not person.number_is_out:
        return False
    if purpose is not Purpose.REPLY or not person.answer or not person.out_since:
        return True
    until, asked_at = person.answer
    return until is None or until <= timezone.now() or person.out_since > asked_at


class _Columns:
    """How the statement names the columns of the row and of its contact.

    Nested, the contact is the row of a subquery, and the row itself is outside.
    """

    def __init__(self, row: Row, *, is_nested: bool = False) -> None:
        self.row = row
        self.is_nested = is_nested
        self.prefix = f"{row.contact}__" if row.contact and not is_nested else ""

    def of_contact(self, **lookups: object) -> Q:
        return Q(**{f"{self.prefix}{name}": value for name, value in lookups.items()})

    def contact_outside(self, name: str) -> OuterRef:
        """A column of the contact, seen from a subquery."""
        return OuterRef(f"{self.prefix}{name}")

    @property
    def id_outside(self) -> OuterRef:
        return OuterRef((self.row.contact if self.prefix else "") or "pk")

    def of_row(self, name: str) -> F:
        return OuterRef(name) if self.is_nested else F(name)

    def row_outside(self, name: str) -> OuterRef:
        """A column of the row, seen from a subquery."""
        return OuterRef(OuterRef(name)) if self.is_nested else OuterRef(name)


def _conditions(columns: _Columns, channel: str, purpose: Purpose) -> list[tuple[Barrier, Q]]:
    """The condition of each barrier, in their order."""
    row = columns.row
    address = address_on(channel, columns.prefix)
    elsewhere = Q()
    if purpose is Purpose.REPLY and row.goes_to:
        elsewhere = Q(is_second_phone(columns.id_outside, columns.row_outside(row.goes_to)))
    found = [
        *((Barrier.OPTED_OUT, condition) for condition in _opt_outs(columns, channel, purpose)),
        (Barrier.DUPLICATE, columns.of_contact(phone__isnull=False, phone_key__isnull=True)),
        (Barrier.INVALID, columns.of_contact(status=ContactStatus.INVALID)),
    ]
    if channel:
        blocked = is_blocked(channel, columns.id_outside, columns.contact_outside("phone"))
        found.append((Barrier.BLOCKED, blocked & ~elsewhere))
    if purpose is Purpose.MARKETING:
        holds = Hold.objects.open().filter(contact=columns.id_outside)
        found.append((Barrier.HELD, Q(Exists(holds))))
    found.append((Barrier.NO_ADDRESS, Q(IsNull(address, True))))
    if row.goes_to:
        moved = ~Q(Exact(address, columns.of_row(row.goes_to)))
        found.append((Barrier.MOVED, moved & ~elsewhere))
    return found


def _opt_outs(columns: _Columns, channel: str, purpose: Purpose) -> list[Q]:
    """The person opted out; or somebody did with their number, in whatever spelling."""
    has_window = purpose is Purpose.REPLY and channel == Channel.WHATSAPP and columns.row.until
    is_out = columns.of_contact(status=ContactStatus.OPTED_OUT)
    with_number = OptOut.objects.filter(phone_key=columns.contact_outside("phone_key"))
    if not has_window:
        return [is_out, Q(Exists(with_number))]
    in_force = _in_force(columns)
    own = OptOut.objects.filter(in_force, contact=columns.id_outside)
    return [is_out & Q(Exists(own)), Q(Exists(with_number.filter(in_force)))]


def _in_force(columns: _Columns) -> Q:
    """The opt-outs of the ledger that keep a reply back: the window is closed, or it is older."""
    until = columns.row_outside(columns.row.until)
    asked_at = columns.row_outside(columns.row.asked_at)
    closed = Q(IsNull(until, True)) | Q(LessThanOrEqual(until, Value(timezone.now())))
    return closed | Q(opted_out_at__gt=asked_at)
