"""Writing from the inbox: answers, notes, templates and drafts, and taking an answer back."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from contacts.permissions import shown_text
from messaging import answers
from messaging.files.sending.answering import answer_with_files
from messaging.files.sending.attaching import CannotAttach
from messaging.inbox import operations as inbox
from messaging.inbox.drafts import forget_draft, keep_draft
from messaging.inbox.pages.posting import Notice, act, actor_of, text_of
from messaging.inbox.reading.answered import answered_since
from messaging.inbox.templates import send_template
from messaging.models import Conversation
from waproject.core.admin.permissions import require
from waproject.core.text.numbers import number_in

# An answer leaves so much later, and can be taken back until then.
UNDO_FOR = timedelta(seconds=5)
OPENING = time(9)
# Nobody leaves an answer for a later day, and the calendar ends: arithmetic fails there.
FURTHEST = timedelta(days=366)
# What else than to send it at once can be done with an answer.
BUTTONS = ("resolve", "tomorrow", "later")


@act()
def answer(request: HttpRequest, talk: Conversation) -> Notice | None:
    """Send what was written, or keep it as a note among colleagues.

    A second click is told the same as the first. Where a colleague answered since the page was
    shown, the answer is refused once, and said what they wrote.
    """
    text = text_of(request).strip()
    is_note, uploads = request.POST.get("kind") == "note", request.FILES.getlist("file")
    if not text and (is_note or not uploads):
        return Notice(_("Write something first."), "warn")
    if len(text) > answers.LONGEST:
        words = _("The text is too long: at most %(count)d characters can be sent.")
        return _written_anew(request, words % {"count": answers.LONGEST}, "warn", text)
    if is_note:
        inbox.write_note(talk.pk, text, by=actor_of(request))
        forget_draft(actor_of(request), talk)
        return None
    try:
        with transaction.atomic():
            # Of two who answer at the same moment the second waits here, and is told.
            Conversation.objects.select_for_update(no_key=True).get(pk=talk.pk)
            if warning := _answered(request, talk, text):
                # A browser posts no file a second time.
                return _written_anew(request, warning.words, "warn", text) if uploads else warning
            _send(request, talk, text, uploads)
    except (answers.CannotAnswer, CannotAttach) as refusal:
        return _written_anew(request, str(refusal), "bad", text)
    forget_draft(actor_of(request), talk)
    if "resolve" in request.POST:
        inbox.set_status(talk.pk, Conversation.Status.RESOLVED, by=actor_of(request))
    return None


def _written_anew(request: HttpRequest, words: str, kind: str, text: str) -> Notice:
    """Why the answer was not sent; its text is in the composer again.

    So are its files where a script posted them, which has them still.
    """
    count = len(request.FILES.getlist("file"))
    keeps = bool(count) and bool(getattr(request, "htmx", False))
    if count and not keeps:
        words = f"{words} {_again(count)}"
    return Notice(words, kind, text, is_draft=True, keeps_files=keeps)


def _send(request: HttpRequest, talk: Conversation, text: str, uploads: Sequence[Any]) -> None:
    due_at = _due_at(request)
    given = {"by": actor_of(request), "form_token": request.POST.get("answer_token", "")}
    if uploads:
        answer_with_files(talk.pk, text, uploads, **given, due_at=due_at)
    else:
        answers.answer(talk.pk, text, **given, due_at=due_at)


def _due_at(request: HttpRequest) -> datetime:
    """When the answer is to leave, by the clock of the business.

    Raises CannotAnswer for a past moment, and for one too far ahead.
    """
    if "tomorrow" in request.POST:
        return tomorrow()
    if "later" not in request.POST:
        return timezone.now() + UNDO_FOR
    due_at = _moment(request.POST.get("at", ""))
    if due_at is None:
        raise answers.CannotAnswer(_("Choose a day and a time."))
    if due_at <= timezone.now():
        raise answers.CannotAnswer(_("The moment is over. Choose a later one."))
    if due_at > timezone.now() + FURTHEST:
        raise answers.CannotAnswer(_("The moment is too far ahead. Choose an earlier one."))
    return due_at


def _again(count: int) -> str:
    return ngettext("The file has to be chosen again.", "The files have to be chosen again.", count)


@act()
def undo(request: HttpRequest, talk: Conversation) -> Notice | None:
    """Take an answer back that has not left, and give its text back to the composer.

    What a colleague wrote is shown masked to who reads addresses so, and comes not to the composer:
    it would be sent masked.
    """
    delivery = number_in(request.POST.get("delivery", ""))
    try:
        back = inbox.take_back(talk.pk, delivery, by=actor_of(request))
    except answers.CannotAnswer as refusal:
        return Notice(str(refusal), "warn")
    words = _("The answer was taken back.")
    if back.is_partly:
        words = _("What waited of the answer was taken back; the rest had left before.")
    if back.files:
        words = f"{words} {_again(back.files)}"
    told = back.text if back.by_id == request.user.pk else shown_text(back.text, request.user)
    if told != back.text:
        hidden = _("Addresses are masked for you, so the text has to be written again: “%(text)s”.")
        return Notice(f"{words} {hidden % {'text': told}}", "warn")
    return Notice(words, unsent=back.text, is_draft=True)


@act()
def template(request: HttpRequest, talk: Conversation) -> Notice | None:
    """Write by a template, which WhatsApp takes when the window is closed too."""
    try:
        chosen, token = request.POST.get("template", ""), request.POST.get("answer_token", "")
        send_template(talk.pk, number_in(chosen), by=actor_of(request), form_token=token)
    except answers.CannotAnswer as refusal:
        return Notice(str(refusal), "bad")
    return None


@require_POST
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep what was written so far; not what was sent meanwhile from the same page."""
    require(request.user, "messaging.change_conversation")
    talk, text = get_object_or_404(Conversation, pk=pk), text_of(request)
    if not answers.was_posted(talk, request.POST.get("answer_token", ""), text.strip()):
        keep_draft(actor_of(request), talk, text)
    return HttpResponse(status=204)


def _answered(request: HttpRequest, talk: Conversation, text: str) -> Notice | None:
    """That a colleague answered since the page was shown, unless the user knows it."""
    seen = request.POST.get("seen", "")
    if not seen or "anyway" in request.POST:
        return None
    waiting = request.POST.get("seen_waiting", "").split(",")
    other = answered_since(talk, number_in(seen), actor_of(request), waiting)
    if other is None:
        return None
    words = _("%(by)s answered meanwhile: “%(text)s”. Send it all the same?")
    button = next((one for one in BUTTONS if one in request.POST), "")
    told, at = words % {"by": other.by, "text": other.text}, request.POST.get("at", "")
    return Notice(told, "warn", text, button=button, at=at)


def tomorrow() -> datetime:
    """Nine o'clock of the next day, by the clock of the business."""
    day = timezone.localdate() + timedelta(days=1)
    return timezone.make_aware(datetime.combine(day, OPENING))


def _moment(text: str) -> datetime | None:
    """A day and time as a form has it, on the clock of the business."""
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return timezone.make_aware(moment) if moment and timezone.is_naive(moment) else moment
