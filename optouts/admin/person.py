"""What consent says on the page of a person: why nothing may be sent, and each change of mind."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts.models import Contact, ContactStatus
from contacts.permissions import SEE_PEOPLE, shown_text
from contacts.person.own import list_of
from contacts.person.parts import (
    Act,
    Box,
    Bubble,
    Entry,
    Facts,
    Kind,
    Line,
    Part,
    Record,
    Source,
    Standing,
    Window,
)
from optouts.actions import OptOutAction
from optouts.models import Change, ConsentEvent, Hold
from optouts.models import Source as From
from optouts.operations import words_in
from optouts.reachability import Barrier
from waproject.core.admin import chips
from waproject.core.text.moments import said

CONSENT = Kind("consent", gettext_lazy("Opt-outs and opt-ins"))
SEE_EVENTS, SEE_HOLDS = "optouts.view_consentevent", "optouts.view_hold"
# Lines of the box.
SHOWN = 5
QUOTED = 120

_TONES = {Barrier.OPTED_OUT: "", Barrier.INVALID: chips.BAD, Barrier.BLOCKED: chips.BAD}


def standing_of(contact: Contact, code: str, title: str) -> Standing:
    """Whether campaigns may write, by the code of a barrier; with since when, and by which words.

    `title` says where.
    """
    if not code:
        return Standing(title, _("Campaigns may write"), chips.GOOD, _("May be written to"))
    found = Barrier(code)
    words, held = capfirst(found.label), _held(contact) if found == Barrier.HELD else None
    evidence = _how_opted_out(contact) if found == Barrier.OPTED_OUT else ""
    if held:
        evidence = f"“{_quoted(held.text)}”"
    return Standing(
        title,
        f"{words}: {evidence}" if evidence else words,
        _TONES.get(found, chips.WARN),
        capfirst(_("opted out")) if found == Barrier.OPTED_OUT else _("Not to be written to"),
        reverse("admin:optouts_hold_change", args=[held.pk]) if held else "",
    )


def _held(contact: Contact) -> Hold | None:
    return Hold.objects.open().filter(contact=contact).first()


def _how_opted_out(contact: Contact) -> str:
    """Since when, and by which words; "" for who is out by the number of another contact."""
    event = ConsentEvent.objects.filter(contact=contact, change=Change.OUT).first()
    if event is None:
        return ""
    since = _("since %(day)s") % {"day": said(event.at, with_clock=False)}
    text = _quoted(_text_of(event))
    return f"{since}, “{text}”" if text else since


def _text_of(event: ConsentEvent) -> str:
    """What the person wrote; "" where the evidence is no message."""
    return words_in(event.evidence) if event.source in (From.MESSAGE, From.STAFF) else ""


def _quoted(text: str) -> str:
    shown = shown_text(text)
    return shown if len(shown) <= QUOTED else f"{shown[: QUOTED - 1]}…"


def _changes(contact: Contact, user: Any, window: Window) -> list[Entry]:
    rows = ConsentEvent.objects.filter(contact=contact).select_related("by")
    return [_entry(event) for event in window.latest(rows, "at")]


def _entry(event: ConsentEvent) -> Entry:
    text = _quoted(_text_of(event))
    is_out = event.change == Change.OUT
    details = [_source(event), shown_text(event.note), "" if text else shown_text(event.evidence)]
    return Entry(
        event.at,
        event.pk,
        "ban" if is_out else "ok",
        _("Opted out") if is_out else _("May be written to again"),
        tone=chips.BAD if is_out else chips.GOOD,
        details=[one for one in details if one],
        said=[Bubble(text)] if text else [],
    )


def _source(event: ConsentEvent) -> str:
    """By whom it was changed; "" for the person themselves, whose words stand below."""
    if event.by is not None:
        name = event.by.get_full_name() or event.by.get_username()
        return _("Recorded by %(name)s") % {"name": name}
    return "" if event.source == From.MESSAGE else capfirst(event.get_source_display())


def _holds(contact: Contact, user: Any, window: Window) -> list[Entry]:
    rows = Hold.objects.filter(contact=contact).select_related("decided_by")
    return [_held_entry(held) for held in window.latest(rows, "held_at")]


def _held_entry(held: Hold) -> Entry:
    return Entry(
        held.held_at,
        held.pk,
        "pause",
        format_html(
            '<a href="{}">{}</a>',
            reverse("admin:optouts_hold_change", args=[held.pk]),
            _("Wrote what may be an opt-out"),
        ),
        tone="" if held.decision else chips.WARN,
        details=[_decision(held)],
        said=[Bubble(_quoted(held.text))],
    )


def _decision(held: Hold) -> str:
    if not held.decision:
        return _("Waits for a decision")
    by = f" ({held.decided_by})" if held.decided_by else ""
    return f"{capfirst(held.get_decision_display())}{by}"


def _facts(contact: Contact, user: Any) -> Facts:
    acts = list(_acts(contact, user))
    if not user.has_perm(SEE_EVENTS):
        return Facts(acts=acts)
    events = ConsentEvent.objects.filter(contact=contact)
    latest = list(events[:SHOWN])
    count = len(latest) if len(latest) < SHOWN else events.count()
    lines = [Line(_short(event), event.at) for event in latest]
    return Facts(
        boxes=[Box(_("Opt-outs and opt-ins"), lines, acts)] if lines or acts else [],
        records=[Record(_("Opt-outs and opt-ins"), list_of(ConsentEvent, contact), count)],
        acts=acts,
    )


def _short(event: ConsentEvent) -> str:
    """`Opted out: message from the person`."""
    return f"{capfirst(event.get_change_display())}: {event.get_source_display()}"


def _acts(contact: Contact, user: Any) -> Iterator[Act]:
    is_out = contact.status == ContactStatus.OPTED_OUT
    if not is_out and user.has_perms([OptOutAction.OPT_OUT.permission, SEE_PEOPLE]):
        url = reverse("admin:optouts_optout_person", args=[contact.pk])
        yield Act(_("Opt this person out"), url, "ban")
    if is_out and user.has_perms([OptOutAction.REVOKE.permission, SEE_PEOPLE]):
        url = reverse("admin:optouts_optout_return", args=[contact.pk])
        yield Act(_("Allow writing to this person again"), url, "ok")


PART = Part(
    sources=(
        Source(CONSENT, (SEE_PEOPLE, SEE_EVENTS), _changes),
        Source(CONSENT, (SEE_PEOPLE, SEE_HOLDS), _holds),
    ),
    facts=_facts,
)
