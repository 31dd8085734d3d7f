"""What a tapped quick reply of a template does: it tags the person, answers, or opts them out.

The button is known by its id, which comes back with the tap, in the version of the template that
was sent in the message below which the person taps. Its text may have been changed since.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from contacts.models import Contact, ContactStatus, Tag
from contacts.operations import add_tag
from messaging.content import BUTTON_PAYLOAD, QUOTED_SID
from messaging.inbound.automatic import reply_of
from messaging.inbound.types import Inbound, Reply
from messaging.models import AutoReply, Message, TemplateVersion
from optouts.models import Reason
from optouts.operations import opt_out
from waproject.accounts.actors import SYSTEM
from waproject.core.db.bulk_lookup import Among

TAG, ANSWER, OPT_OUT = "tag", "answer", "opt_out"
Effect = Mapping[str, Any]


def opt_out_when_tapped(arrived: Sequence[Inbound]) -> Mapping[Inbound, Reply]:
    """Opt out whoever tapped a button that says so, as if they had written it."""
    effects = _effects(arrived)
    return {one: _opt_out(one) for one, effect in effects.items() if effect.get(OPT_OUT)}


def do_what_is_tapped(arrived: Sequence[Inbound]) -> Mapping[Inbound, Reply]:
    """Tag people as the buttons say that they tapped, and answer. To do it again changes nothing.

    Where a button has no answer, the next handlers see the message. Nothing is answered where a
    colleague has taken the conversation over.
    """
    effects = _effects(arrived)
    _tag(effects)
    answers = ((one, _answer(one, effect)) for one, effect in effects.items())
    return {one: reply for one, reply in answers if reply is not None}


def _payload(one: Inbound) -> str:
    return str(one.message.content.get(BUTTON_PAYLOAD, "")).strip()


def _effects(arrived: Sequence[Inbound]) -> dict[Inbound, Effect]:
    """The effect of each tapped button that has one."""
    tapped = {one: payload for one in arrived if (payload := _payload(one))}
    if not tapped:
        return {}
    versions = _versions(tapped)
    found = {}
    for one, payload in tapped.items():
        buttons = versions.get(one.message.content.get(QUOTED_SID, ""), [])
        effect = next((each["effect"] for each in buttons if each.get("id") == payload), None)
        if effect:
            found[one] = effect
    return found


def _versions(tapped: Mapping[Inbound, str]) -> dict[str, list[dict[str, Any]]]:
    """The buttons of the versions whose messages are quoted, by the sid of the message."""
    sids = {sid for one in tapped if (sid := one.message.content.get(QUOTED_SID))}
    rows = Message.objects.outbound().filter(Among("message_sid", str, sids)).order_by()
    of = {str(sid): pk for sid, pk in rows.values_list("message_sid", "template_version_id")}
    buttons = dict(
        TemplateVersion.objects.filter(pk__in={*of.values()} - {None}).values_list("pk", "buttons")
    )
    return {sid: buttons.get(version, []) for sid, version in of.items()}


def _tag(effects: Mapping[Inbound, Effect]) -> None:
    """Tag the people who tapped: all of one tag at once, as the system. A deleted tag is nobody's.

    In the order of the tags, so that two groups of messages never wait for each other.
    """
    people: dict[int, set[int]] = {}
    for one, effect in effects.items():
        if tag_id := effect.get(TAG):
            people.setdefault(tag_id, set()).update(person.pk for person in one.people)
    for tag in Tag.objects.filter(pk__in=people).order_by("pk") if people else ():
        add_tag(Contact.objects.filter(pk__in=people[tag.pk]), tag, by=SYSTEM)


def _answer(one: Inbound, effect: Effect) -> Reply | None:
    answer = str(effect.get(ANSWER) or "").strip()
    is_out = one.contact.status == ContactStatus.OPTED_OUT
    is_silent = is_out or one.conversation.taken_over
    return Reply(answer, content={"button": _payload(one)}) if answer and not is_silent else None


def _opt_out(one: Inbound) -> Reply:
    """Opt the person out, and confirm it as a written opt-out is confirmed."""
    for person in one.people:
        evidence = f"{one.message.message_sid}: {one.text}"
        opt_out(person, reason=Reason.USER_REQUEST, evidence=evidence)
    entry = AutoReply.objects.filter(event=AutoReply.Event.OPT_OUT, active=True).first()
    return reply_of(entry) if entry else Reply("")
