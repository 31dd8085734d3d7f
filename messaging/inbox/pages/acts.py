"""What staff do from the inbox: each act calls one operation and shows the conversation again."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import wraps
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from contacts.permissions import shown_text
from messaging import answers, operations
from messaging.files.sending.answering import answer_with_file
from messaging.files.sending.attaching import CannotAttach
from messaging.inbox import operations as inbox
from messaging.inbox.drafts import forget_draft, keep_draft
from messaging.inbox.pages.navigation import may_see
from messaging.inbox.pages.views import conversation_of, shown_talk
from messaging.inbox.reading.answered import answered_since
from messaging.inbox.reading.filters import Filters
from messaging.inbox.templates import send_template
from messaging.models import Conversation
from messaging.operations import those_who_answer
from optouts.models import Decision, Hold
from optouts.operations import AlreadyDecided, decide_hold
from waproject.core.admin.permissions import require


@dataclass(frozen=True, slots=True)
class Notice:
    """What came of an act, in a sentence; `kind` is good, warn or bad.

    `unsent` is an answer that was kept back: to be sent all the same, by the `button` that was
    pressed, or written anew (`is_draft`). `at` is the moment that was chosen for it.
    """

    words: str
    kind: str = "good"
    unsent: str = ""
    is_draft: bool = False
    button: str = ""
    at: str = ""

    @property
    def level(self) -> int:
        return {"good": messages.SUCCESS, "warn": messages.WARNING, "bad": messages.ERROR}[
            self.kind
        ]


# An answer leaves so much later, and can be taken back until then.
UNDO_FOR = timedelta(seconds=5)
OPENING = time(9)
# What else than to send it at once can be done with an answer.
BUTTONS = ("resolve", "tomorrow", "later")

Act = Callable[[HttpRequest, Conversation], Notice | None]


def _act(permission: str = "messaging.change_conversation") -> Callable[[Act], Any]:
    """A view that does something with a conversation: for htmx it shows it, else it leads there."""

    def wrap(act: Act) -> Any:
        @wraps(act)
        @require_POST
        def view(request: HttpRequest, pk: int) -> HttpResponse:
            require(request.user, permission)
            try:
                notice = act(request, get_object_or_404(Conversation, pk=pk))
            except Conversation.DoesNotExist as error:  # erased or merged at this moment
                raise Http404 from error
            filters = Filters.read(request.GET)
            if getattr(request, "htmx", False) and may_see(request.user):
                return shown_talk(request, conversation_of(pk), filters, notice=notice)
            if notice:
                messages.add_message(request, notice.level, notice.words)
            query = f"&{filters.query}" if filters.query else ""
            return redirect(f"{reverse('admin:inbox')}?talk={pk}{query}")

        return view

    return wrap


@_act()
def answer(request: HttpRequest, talk: Conversation) -> Notice | None:
    """Send what was written, or keep it as a note among colleagues.

    A second click is told the same as the first. Where a colleague answered since the page was
    shown, the answer is refused once, and said what they wrote.
    """
    text = _text(request).strip()
    is_note, upload = request.POST.get("kind") == "note", request.FILES.get("file")
    if not text and (is_note or not upload):
        return Notice(_("Write something first."), "warn")
    if len(text) > answers.LONGEST:
        words = _("The text is too long: at most %(count)d characters can be sent.")
        return Notice(words % {"count": answers.LONGEST}, "warn", text, is_draft=True)
    if is_note:
        inbox.write_note(talk.pk, text, by=_user(request))
        forget_draft(_user(request), talk)
        return None
    try:
        with transaction.atomic():
            # Of two who answer at the same moment the second waits here, and is told.
            Conversation.objects.select_for_update(no_key=True).get(pk=talk.pk)
            if warning := _answered(request, talk, text):
                return _with_lost_file(warning, text) if upload else warning
            _send(request, talk, text, upload)
    except (answers.CannotAnswer, CannotAttach) as refusal:
        return Notice(str(refusal), "bad", text, is_draft=True)
    forget_draft(_user(request), talk)
    if "resolve" in request.POST:
        inbox.set_status(talk.pk, Conversation.Status.RESOLVED, by=_user(request))
    return None


def _send(request: HttpRequest, talk: Conversation, text: str, upload: Any) -> None:
    due_at = _due_at(request)
    given = {"by": _user(request), "form_token": request.POST.get("answer_token", "")}
    if upload:
        answer_with_file(talk.pk, text, upload, **given, due_at=due_at)
    else:
        answers.answer(talk.pk, text, **given, due_at=due_at)


def _due_at(request: HttpRequest) -> datetime:
    """When the answer is to leave, by the clock of the business; CannotAnswer for a past moment."""
    if "tomorrow" in request.POST:
        return tomorrow()
    if "later" not in request.POST:
        return timezone.now() + UNDO_FOR
    due_at = _moment(request.POST.get("at", ""))
    if due_at is None:
        raise answers.CannotAnswer(_("Choose a day and a time."))
    if due_at <= timezone.now():
        raise answers.CannotAnswer(_("The moment is over. Choose a later one."))
    return due_at


def _with_lost_file(warning: Notice, text: str) -> Notice:
    """The warning, with the text in the composer again: a browser posts no file a second time."""
    return Notice(f"{warning.words} {_again()}", "warn", text, is_draft=True)


def _again() -> str:
    return _("The file has to be chosen again.")


@_act()
def undo(request: HttpRequest, talk: Conversation) -> Notice | None:
    """Take an answer back that has not left, and give its text back to the composer.

    What a colleague wrote is shown masked to who reads addresses so, and comes not to the composer:
    it would be sent masked.
    """
    delivery = _number(request.POST.get("delivery", ""))
    try:
        back = inbox.take_back(talk.pk, delivery, by=_user(request))
    except answers.CannotAnswer as refusal:
        return Notice(str(refusal), "warn")
    words = _("The answer was taken back.")
    if back.files:
        words = f"{words} {_again()}"
    told = back.text if back.by_id == request.user.pk else shown_text(back.text, request.user)
    if told != back.text:
        hidden = _("Addresses are masked for you, so the text has to be written again: “%(text)s”.")
        return Notice(f"{words} {hidden % {'text': told}}", "warn")
    return Notice(words, unsent=back.text, is_draft=True)


@_act()
def template(request: HttpRequest, talk: Conversation) -> Notice | None:
    """Write by a template, which WhatsApp takes when the window is closed too."""
    try:
        chosen, token = request.POST.get("template", ""), request.POST.get("answer_token", "")
        send_template(talk.pk, _number(chosen), by=_user(request), form_token=token)
    except answers.CannotAnswer as refusal:
        return Notice(str(refusal), "bad")
    return None


@require_POST
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep what was written so far; not what was sent meanwhile from the same page."""
    require(request.user, "messaging.change_conversation")
    talk, text = get_object_or_404(Conversation, pk=pk), _text(request)
    if not answers.was_posted(talk, request.POST.get("answer_token", ""), text.strip()):
        keep_draft(_user(request), talk, text)
    return HttpResponse(status=204)


def _answered(request: HttpRequest, talk: Conversation, text: str) -> Notice | None:
    """That a colleague answered since the page was shown, unless the user knows it."""
    seen = request.POST.get("seen", "")
    if not seen or "anyway" in request.POST:
        return None
    waiting = request.POST.get("seen_waiting", "").split(",")
    other = answered_since(talk, _number(seen), _user(request), waiting)
    if other is None:
        return None
    words = _("%(by)s answered meanwhile: “%(text)s”. Send it all the same?")
    button = next((one for one in BUTTONS if one in request.POST), "")
    told, at = words % {"by": other.by, "text": other.text}, request.POST.get("at", "")
    return Notice(told, "warn", text, button=button, at=at)


@_act()
def read(request: HttpRequest, talk: Conversation) -> Notice | None:
    operations.mark_read([talk.pk], by=_user(request))
    return None


@_act()
def unread(request: HttpRequest, talk: Conversation) -> Notice | None:
    operations.mark_unread([talk.pk], by=_user(request))
    return Notice(_("The conversation is unread again."))


@_act()
def assign(request: HttpRequest, talk: Conversation) -> Notice | None:
    """Give the conversation to the colleague that was chosen; to nobody, if none was."""
    chosen = request.POST.get("to", "")
    to = those_who_answer().filter(pk=_number(chosen)).first() if chosen else None
    if chosen and to is None:
        return Notice(_("This colleague does not answer any more. Choose another one."), "warn")
    inbox.assign([talk.pk], to=to, by=_user(request))
    if to is None:
        return Notice(_("The conversation is nobody's now."))
    name = to.get_full_name() or to.get_username()
    return Notice(_("The conversation is given to %(name)s.") % {"name": name})


@_act()
def give_back(request: HttpRequest, talk: Conversation) -> Notice | None:
    """Let the menu answer the person again."""
    if not inbox.give_back(talk.pk, by=_user(request)):
        return None
    return Notice(_("The menu answers in this conversation again."))


@_act()
def close(request: HttpRequest, talk: Conversation) -> Notice | None:
    """Resolve the conversation with the outcome that was chosen; a sale has its amount."""
    outcome, amount = request.POST.get("outcome", ""), _money(request.POST.get("amount", ""))
    try:
        inbox.resolve(talk.pk, _number(outcome), amount=amount, by=_user(request))
    except inbox.CannotDo as refusal:
        return Notice(str(refusal), "warn")
    return Notice(_("The conversation is resolved. It opens again when the person writes."))


@_act()
def status(request: HttpRequest, talk: Conversation) -> Notice | None:
    try:
        inbox.set_status(talk.pk, request.POST.get("status", ""), by=_user(request))
    except inbox.CannotDo as refusal:
        return Notice(str(refusal), "warn")
    return None


@_act()
def tags(request: HttpRequest, talk: Conversation) -> Notice | None:
    """Give the conversation, and the person where the user may change people, these tags."""
    of_talk = _ticked(request, "talk_tag", {tag.pk for tag in talk.tags.all()})
    of_person = {tag.pk for tag in talk.contact.tags.all()}
    if request.user.has_perm(inbox.CHANGE_PEOPLE):
        of_person = _ticked(request, "person_tag", of_person)
    inbox.set_tags(talk.pk, of_talk=of_talk, of_person=of_person, by=_user(request))
    return None


def _ticked(request: HttpRequest, name: str, have: set[int]) -> set[int]:
    """What is there now, with what was ticked and what was unticked on the page.

    The page says what was ticked on it before (`…_was`): a tag that it did not offer stays, and so
    does one that a colleague gave meanwhile.
    """
    now, was = (
        {_number(one) for one in request.POST.getlist(field)} for field in (name, f"{name}_was")
    )
    return (have | (now - was)) - (was - now)


@_act()
def step(request: HttpRequest, talk: Conversation) -> Notice | None:
    """Set the next step, or note that it was done."""
    if "done" in request.POST:
        inbox.step_done(talk.pk, by=_user(request))
        return None
    day = _day(request.POST.get("due_on", ""))
    if day is None:
        return Notice(_("Choose a day."), "warn")
    try:
        inbox.plan(talk.pk, _text(request), day, by=_user(request))
    except inbox.CannotDo as refusal:
        return Notice(str(refusal), "warn")
    return None


@_act("optouts.decide_hold")
def decide(request: HttpRequest, talk: Conversation) -> Notice | None:
    """Decide on the message of the person that may be an opt-out."""
    decision, shown = request.POST.get("decision", ""), _number(request.POST.get("hold", ""))
    held = Hold.objects.open().filter(pk=shown, contact=talk.contact_id).first()
    if held is None or decision not in Decision.values:
        return Notice(_("Somebody else decided on the message."), "warn")
    try:
        decide_hold(held, decision, by=_user(request), note="")
    except AlreadyDecided:
        return Notice(_("Somebody else decided on the message."), "warn")
    if decision == Decision.OPT_OUT:
        return Notice(_("The person is opted out."))
    return Notice(_("The message is no opt-out."))


def tomorrow() -> datetime:
    """Nine o'clock of the next day, by the clock of the business."""
    day = timezone.localdate() + timedelta(days=1)
    return timezone.make_aware(datetime.combine(day, OPENING))


def _user(request: HttpRequest) -> Any:
    return request.user


def _text(request: HttpRequest) -> str:
    """What was written, with line ends of one kind, without what a database cannot store."""
    return request.POST.get("text", "").replace("\r\n", "\n").replace("\x00", "")


def _number(text: str) -> int:
    """An id as a form has it; 0, which nothing has, for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _money(text: str) -> Decimal | None:
    """An amount as people write it: `13.990.000`, `$ 500,50`, `500.50`. None for anything else.

    Points part thousands where three digits follow each: `500.50` is no fifty thousand.
    """
    plain = re.sub(r"[\s$]", "", text[:30])
    if re.fullmatch(r"[0-9]{1,3}(\.[0-9]{3})+(,[0-9]{1,2})?", plain):
        plain = plain.replace(".", "")
    plain = plain.replace(",", ".")
    return Decimal(plain) if re.fullmatch(r"[0-9]{1,12}(\.[0-9]{1,2})?", plain) else None


def _moment(text: str) -> datetime | None:
    """A day and time as a form has it, on the clock of the business."""
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return timezone.make_aware(moment) if moment and timezone.is_naive(moment) else moment


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
