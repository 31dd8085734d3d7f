"""Every change of a person's consent: the ledger, its events and Contact.status move together.

Each operation locks the contact's row first, so that of two for one person the second waits.
No operation changes its key: `no_key` lets rows that refer to the person be inserted meanwhile.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contacts.models import Address, Contact, ContactStatus
from contacts.phones.keys import phone_key
from optouts.actions import OptOutAction
from optouts.models import Change, ConsentEvent, Decision, Hold, OptOut, Reason, Source
from optouts.recognition.words import Finding, Verdict
from waproject.accounts.actors import SYSTEM, Actor, user_of
from waproject.accounts.models import User
from waproject.audit.acting import Entry, acting

SOURCE_OF = {
    Reason.USER_REQUEST: Source.MESSAGE,
    Reason.MANUAL: Source.STAFF,
    Reason.PROVIDER: Source.PROVIDER,
    Reason.IMPORT: Source.UPLOAD,
}
# What act_on_finding writes before the text of a message.
_SID_BEFORE = re.compile(r"\A[A-Za-z0-9]{20,}: ")


class NoteMissing(ValueError):
    """Staff undid an opt-out without saying why."""


class AlreadyDecided(ValueError):
    """Someone else decided on a held message first."""


def opt_out(
    contact: Contact,
    *,
    reason: Reason | str,
    evidence: str = "",
    by: Actor = SYSTEM,
    note: str = "",
    source: Source | str | None = None,
) -> OptOut:
    """Put a person on the ledger, so that nothing more is sent; return its row.

    `evidence` is the message or the provider's code, `note` is what staff wrote. The
    source follows from the reason unless given. For someone already opted out nothing changes.
    The system acts on a message of the person or on a report of the provider.
    """
    with _deciding(by, OptOutAction.OPT_OUT, contact, note):
        return _opt_out(
            contact, reason=reason, evidence=evidence, by=user_of(by), note=note, source=source
        )


def _opt_out(
    contact: Contact,
    *,
    reason: Reason | str,
    evidence: str,
    by: User | None,
    note: str,
    source: Source | str | None,
) -> OptOut:
    """Add a person to the ledger, in a transaction of the caller, which has checked the actor."""
    locked = Contact.objects.select_for_update(no_key=True).get(pk=contact.pk)
    if locked.is_unmerged and locked.phone:
        # The same person stands in another contact too, which campaigns write to.
        opt_out_phones(
            [locked.phone], reason=reason, evidence=evidence, by=by, note=note, source=source
        )
    row = OptOut.objects.filter(contact=locked).first()
    if row is None:
        [row] = _record_out(
            [locked], reason=reason, source=source, evidence=evidence, by=by, note=note
        )
    contact.status = ContactStatus.OPTED_OUT
    return row


@transaction.atomic
def opt_out_phone(
    phone: str,
    *,
    reason: Reason | str,
    evidence: str = "",
    by: Actor = SYSTEM,
    note: str = "",
    source: Source | str | None = None,
) -> OptOut:
    """Opt out the person with this phone (E.164), in any of its spellings.

    An unknown person becomes an opted-out contact.
    """
    contact = Contact.objects.having_phone(phone)
    return opt_out(contact, reason=reason, evidence=evidence, by=by, note=note, source=source)


@transaction.atomic
def opt_out_phones(
    phones: Collection[str],
    *,
    reason: Reason | str,
    evidence: str = "",
    by: User | None = None,
    note: str = "",
    source: Source | str | None = None,
) -> set[str]:
    """Opt out the people with these phones (E.164), in any of their spellings; return the phones
    of those who were not opted out before.

    The same as `opt_out_phone` for each, in a fixed number of queries: call it with some
    hundreds at a time. `by` is the user, whose right the caller has checked and logged.
    """
    further = Address.objects.further_phones(phones)
    unknown = sorted(phone for phone in set(phones) if phone_key(phone) not in further)
    Contact.objects.bulk_create([Contact(phone=phone) for phone in unknown], ignore_conflicts=True)
    named = Contact.objects.with_phones(phones)
    people = named.select_for_update(no_key=True).order_by("pk")
    rows = _record_out(
        [person for person in people if person.status != ContactStatus.OPTED_OUT],
        reason=reason,
        source=source,
        evidence=evidence,
        by=by,
        note=note,
    )
    return {row.phone for row in rows if row.phone}


def revoke(
    contact: Contact,
    *,
    source: Source | str,
    by: Actor,
    note: str = "",
    evidence: str = "",
) -> bool:
    """Allow writing to this person again; return whether an opt-out was undone.

    That is theirs, or one that an earlier owner of their number made with it. Only the person
    (source `message`) or staff with a note may undo an opt-out: NoteMissing is raised for staff
    without one.
    """
    if source != Source.MESSAGE and not note.strip():
        raise NoteMissing(_("Say in a note why this person may be written to again."))
    with _deciding(by, OptOutAction.REVOKE, contact, note) as event:
        undone = _revoke(contact, source=source, by=user_of(by), note=note, evidence=evidence)
        # Also where the person's own status stays: the opt-out was of their number.
        event.is_needed = undone and by is not SYSTEM
        return undone


def _revoke(
    contact: Contact, *, source: Source | str, by: User | None, note: str, evidence: str
) -> bool:
    """Take a person, and their number, off the ledger; whether one was on it.

    In a transaction of the caller.
    """
    locked = Contact.objects.select_for_update(no_key=True).get(pk=contact.pk)
    halves = _other_halves(locked)
    back = [one for one in (locked, *halves) if OptOut.objects.filter(contact=one).delete()[0]]
    # An earlier owner of this number opted out with it: that opt-out was theirs.
    released = release_phones([locked.phone]) if locked.phone else 0
    for one in back:
        # Nothing is sent to an unmerged contact, only to the one that has its phone.
        status = ContactStatus.INVALID if one.is_unmerged else ContactStatus.ACTIVE
        _set_status([one], status)
    contact.status = locked.status
    allowed = back or ([locked] if released else [])
    ConsentEvent.objects.bulk_create(
        ConsentEvent(
            contact=one,
            change=Change.IN,
            source=source,
            evidence=evidence,
            by=by,
            note=note,
            at=timezone.now(),
        )
        for one in allowed
    )
    return bool(allowed)


def _other_halves(contact: Contact) -> list[Contact]:
    """The unmerged contacts who opted out with this one's phone, locked: it is one person.

    Their opt-outs keep everything back from the phone, in whatever spelling.
    """
    rows = Contact.objects.unmerged().filter(opt_out__phone_key=contact.phone_key)
    if not contact.phone_key:
        return []
    return list(rows.select_for_update(of=("self",), no_key=True).order_by("pk"))


@transaction.atomic(savepoint=False)
def add_phone_to_opt_out(contact: Contact) -> None:
    """Add to the row of an opted-out person the phone that became known only now."""
    row = OptOut.objects.filter(contact=contact).exclude(phone=contact.phone).first()
    if row and contact.phone:
        release_phones([contact.phone])
        row.phone = contact.phone
        row.save(update_fields=["phone"])


@transaction.atomic
def hold(contact: Contact, text: str, *, phrase: str = "") -> Hold | None:
    """Keep campaigns from this person until someone decides what the message means.

    None for a person who is opted out already: there is nothing to decide.
    """
    locked = Contact.objects.select_for_update(no_key=True).get(pk=contact.pk)
    if locked.status == ContactStatus.OPTED_OUT:
        return None
    return Hold.objects.create(contact=locked, text=text, phrase=phrase, held_at=timezone.now())


def decide_hold(held: Hold, decision: Decision | str, *, by: Actor, note: str = "") -> Hold:
    """Settle a held message: opt its sender out, or keep them. Raises AlreadyDecided."""
    user = user_of(by)
    with acting(by, OptOutAction.DECIDE, held, reason=note) as event:
        Contact.objects.select_for_update(no_key=True).get(pk=held.contact_id)
        decided = Hold.objects.open().filter(pk=held.pk)
        if not decided.update(
            decision=Decision(decision), decided_at=timezone.now(), decided_by=user, note=note
        ):
            raise AlreadyDecided(_("Someone has already decided on this message."))
        if decision == Decision.OPT_OUT:
            _opt_out(
                held.contact,
                reason=Reason.USER_REQUEST,
                source=Source.STAFF,
                evidence=held.text,
                by=user,
                note=note,
            )
        event.after = {"decision": Decision(decision), "contact": held.contact_id}
    held.refresh_from_db()
    return held


@transaction.atomic(savepoint=False)
def act_on_finding(contact: Contact, finding: Finding, text: str, *, evidence: str = "") -> None:
    """Act on what was recognised in an inbound text: opt out, opt in again, hold, or nothing.

    `evidence` tells where the message can be found (its sid); the text itself is always kept.
    """
    proof = f"{evidence}: {text}" if evidence else text
    match finding.verdict:
        case Verdict.OPT_OUT:
            opt_out(contact, reason=Reason.USER_REQUEST, evidence=proof)
        case Verdict.OPT_IN:
            revoke(contact, source=Source.MESSAGE, by=SYSTEM, evidence=proof)
        case Verdict.HELD:
            hold(contact, text, phrase=finding.phrase)


def words_in(evidence: str) -> str:
    """The text of the message in an event's evidence, without the sid before it."""
    return _SID_BEFORE.sub("", evidence)


@contextmanager
def _deciding(by: Actor, action: OptOutAction, contact: Contact, note: str) -> Iterator[Entry]:
    """Change one person's consent, and log it when a user does it.

    When a message or the provider changed it, the person's consent events are the log.
    """
    with acting(by, action, contact, reason=note) as event:
        if by is SYSTEM:
            event.drop()
            yield event
            return
        rows = Contact.objects.select_for_update(no_key=True).values("status")
        event.before = {"status": rows.get(pk=contact.pk)["status"]}
        event.drop()
        yield event
        event.after = {"status": contact.status}
        event.is_needed = event.is_needed or event.before != event.after


def _record_out(
    people: Sequence[Contact],
    *,
    reason: Reason | str,
    source: Source | str | None,
    evidence: str,
    by: User | None,
    note: str,
) -> list[OptOut]:
    """Add locked people who are not opted out to the ledger."""
    reason, now = Reason(reason), timezone.now()
    release_phones([person.phone for person in people if person.phone])
    rows = OptOut.objects.bulk_create(
        OptOut(contact=person, phone=person.phone, opted_out_at=now, reason=reason)
        for person in people
    )
    ConsentEvent.objects.bulk_create(
        ConsentEvent(
            contact=person,
            change=Change.OUT,
            source=Source(source or SOURCE_OF[reason]),
            evidence=evidence,
            by=by,
            note=note,
            at=now,
        )
        for person in people
    )
    _set_status(people, ContactStatus.OPTED_OUT)
    Hold.objects.open().filter(contact__in=people).update(
        decision=Decision.OPT_OUT, decided_at=now, decided_by=by
    )
    return rows


def release_phones(phones: Sequence[str]) -> int:
    """Take these phones, in any spelling, from the opt-outs of people who have another one by now.

    Returns from how many. Such a row gets the present phone of its contact; none, when another
    opt-out has that phone. An opt-out stays as it is while its contact has the phone itself: an
    unmerged contact has that of another in another spelling.
    """
    keys = {phone_key(phone) for phone in phones}
    listed = OptOut.objects.filter(phone_key__in=keys).select_related("contact").order_by("pk")
    stale = [row for row in listed if phone_key(row.contact.phone or "") != row.phone_key]
    for row in stale:
        is_listed = OptOut.objects.filter(phone=row.contact.phone).exclude(pk=row.pk).exists()
        row.phone = None if is_listed else row.contact.phone
        row.save(update_fields=["phone"])
    return len(stale)


def _set_status(people: Sequence[Contact], status: ContactStatus) -> None:
    now = timezone.now()
    Contact.objects.filter(pk__in=[person.pk for person in people]).update(
        status=status, updated_at=now
    )
    for person in people:
        person.status, person.updated_at = status, now
