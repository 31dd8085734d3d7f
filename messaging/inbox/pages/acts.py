"""What staff do from the inbox: each act calls one operation and shows the conversation again."""

import re
from datetime import date
from decimal import Decimal

from django.http import HttpRequest
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from messaging import operations
from messaging.inbox import operations as inbox
from messaging.inbox.pages.answering import answer, draft, template, undo
from messaging.inbox.pages.posting import Notice, act, actor_of, text_of
from messaging.models import Conversation
from messaging.operations import those_who_answer
from optouts.models import Decision, Hold
from optouts.operations import AlreadyDecided, decide_hold
from waproject.core.text.numbers import number_in


@act()
def read(request: HttpRequest, talk: Conversation) -> Notice | None:
    operations.mark_read([talk.pk], by=actor_of(request))
    return None


@act()
def unread(request: HttpRequest, talk: Conversation) -> Notice | None:
    operations.mark_unread([talk.pk], by=actor_of(request))
    return Notice(_("The conversation is unread again."))


@act()
def assign(request: HttpRequest, talk: Conversation) -> Notice | None:
    """Give the conversation to the colleague that was chosen; to nobody, if none was."""
    chosen = request.POST.get("to", "")
    to = those_who_answer().filter(pk=number_in(chosen)).first() if chosen else None
    if chosen and to is None:
        return Notice(_("This colleague does not answer any more. Choose another one."), "warn")
    inbox.assign([talk.pk], to=to, by=actor_of(request))
    if to is None:
        return Notice(_("The conversation is nobody's now."))
    name = to.get_full_name() or to.get_username()
    return Notice(_("The conversation is given to %(name)s.") % {"name": name})


@act()
def give_back(request: HttpRequest, talk: Conversation) -> Notice | None:
    """Let the menu answer the person again."""
    if not inbox.give_back(talk.pk, by=actor_of(request)):
        return None
    return Notice(_("The menu answers in this conversation again."))


@act()
def close(request: HttpRequest, talk: Conversation) -> Notice | None:
    """Resolve the conversation with the outcome that was chosen; a sale has its amount."""
    outcome, amount = request.POST.get("outcome", ""), _money(request.POST.get("amount", ""))
    try:
        inbox.resolve(talk.pk, number_in(outcome), amount=amount, by=actor_of(request))
    except inbox.CannotDo as refusal:
        return Notice(str(refusal), "warn")
    return Notice(_("The conversation is resolved. It opens again when the person writes."))


@act()
def status(request: HttpRequest, talk: Conversation) -> Notice | None:
    try:
        inbox.set_status(talk.pk, request.POST.get("status", ""), by=actor_of(request))
    except inbox.CannotDo as refusal:
        return Notice(str(refusal), "warn")
    return None


@act()
def tags(request: HttpRequest, talk: Conversation) -> Notice | None:
    """Give the conversation, and the person where the user may change people, these tags."""
    of_talk = _ticked(request, "talk_tag", {tag.pk for tag in talk.tags.all()})
    of_person = {tag.pk for tag in talk.contact.tags.all()}
    if request.user.has_perm(inbox.CHANGE_PEOPLE):
        of_person = _ticked(request, "person_tag", of_person)
    inbox.set_tags(talk.pk, of_talk=of_talk, of_person=of_person, by=actor_of(request))
    return None


def _ticked(request: HttpRequest, name: str, have: set[int]) -> set[int]:
    """What is there now, with what was ticked and what was unticked on the page.

    The page says what was ticked on it before (`…_was`): a tag that it did not offer stays, and so
    does one that a colleague gave meanwhile.
    """
    now, was = (
        {number_in(one) for one in request.POST.getlist(field)} for field in (name, f"{name}_was")
    )
    return (have | (now - was)) - (was - now)


@act()
def step(request: HttpRequest, talk: Conversation) -> Notice | None:
    """Set the next step, or note that it was done."""
    if "done" in request.POST:
        inbox.step_done(talk.pk, by=actor_of(request))
        return None
    day = _day(request.POST.get("due_on", ""))
    if day is None:
        return Notice(_("Choose a day."), "warn")
    try:
        inbox.plan(talk.pk, text_of(request), day, by=actor_of(request))
    except inbox.CannotDo as refusal:
        return Notice(str(refusal), "warn")
    return None


@act("optouts.decide_hold")
def decide(request: HttpRequest, talk: Conversation) -> Notice | None:
    """Decide on the message of the person that may be an opt-out."""
    decision, shown = request.POST.get("decision", ""), number_in(request.POST.get("hold", ""))
    held = Hold.objects.open().filter(pk=shown, contact=talk.contact_id).first()
    if held is None or decision not in Decision.values:
        return Notice(_("Somebody else decided on the message."), "warn")
    try:
        decide_hold(held, decision, by=actor_of(request), note="")
    except AlreadyDecided:
        return Notice(_("Somebody else decided on the message."), "warn")
    if decision == Decision.OPT_OUT:
        return Notice(_("The person is opted out."))
    return Notice(_("The message is no opt-out."))


def _money(text: str) -> Decimal | None:
    """An amount as people write it: `13.990.000`, `$ 500,50`, `500.50`. None for anything else.

    Points part thousands where three digits follow each: `500.50` is no fifty thousand.
    """
    plain = re.sub(r"[\s$]", "", text[:30])
    if re.fullmatch(r"[0-9]{1,3}(\.[0-9]{3})+(,[0-9]{1,2})?", plain):
        plain = plain.replace(".", "")
    plain = plain.replace(",", ".")
    return Decimal(plain) if re.fullmatch(r"[0-9]{1,12}(\.[0-9]{1,2})?", plain) else None


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


ACTS = {
    "answer": answer,
    "read": read,
    "unread": unread,
    "assign": assign,
    "give_back": give_back,
    "close": close,
    "status": status,
    "tags": tags,
    "step": step,
    "undo": undo,
    "template": template,
    "draft": draft,
    "decide": decide,
}
