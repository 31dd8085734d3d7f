"""The page of the inbox."""

import re
from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from contacts.models import Tag
from messaging import answers
from messaging.files.sending.limits import for_page
from messaging.inbox.drafts import draft_of
from messaging.inbox.models import Outcome
from messaging.inbox.pages.navigation import SEE, may_see
from messaging.inbox.reading.around import Around, around
from messaging.inbox.reading.campaigns import campaign_reader
from messaging.inbox.reading.canned import canned_for
from messaging.inbox.reading.card import card_of
from messaging.inbox.reading.filters import Filters
from messaging.inbox.reading.fresh import mark_of_rows, mark_of_talk
from messaging.inbox.reading.listing import PAGE, listing
from messaging.inbox.reading.shelves import (
    MOST_COUNTED,
    SHELVES,
    Shelf,
    counts,
    shelf_named,
)
from messaging.inbox.reading.talk import form_token, talk_of
from messaging.inbox.templates import offers
from messaging.inbox.times.targets import LateSince
from messaging.models import Channel, Conversation, Sender
from messaging.operations import those_who_answer
from waproject.core.admin.permissions import PermissionLacking

# Those that staff write most; the keyboard of a computer or phone has the others.
EMOJI = tuple("🙂😀😉😍🙏👍👋💪🎉✅❌⭐🔥📍📞📅🕒🚗🚙🛻🔧💰📄📸")
_NUMBER = re.compile(r"[0-9]{1,18}")
# So many tags and campaigns are offered to choose from.
MOST_OFFERED = 100
MOST_COLLEAGUES = 50


@require_safe
def inbox_page(request: HttpRequest) -> HttpResponse:
    """The list, and the conversation `?talk=`; for htmx that conversation alone."""
    reader: Any = permitted(request)
    filters = Filters.read(request.GET)
    wanted = request.GET.get("talk", "")
    talk = conversation_of(int(wanted)) if _NUMBER.fullmatch(wanted) else None
    if talk and getattr(request, "htmx", False) and not request.htmx.history_restore_request:  # type: ignore[attr-defined]
        return shown_talk(request, talk, filters)
    late = LateSince.now()
    numbers, rows = counts(reader, late), list_context(request, filters, late)
    opened = talk_context(request, talk, filters) if talk else {"all_tags": _all_tags()}
    context = {
        **admin.site.each_context(request),
        "title": _("Inbox"),
        **rows,
        **opened,
        **shelves_context(filters, numbers),
        "numbers": numbers,
        "list_mark": mark_of_rows(rows["listing"], numbers),
        "senders": list(Sender.objects.order_by("name")),
        "campaigns": campaign_reader().latest(MOST_OFFERED),
    }
    return TemplateResponse(request, "admin/inbox/page.html", context)


@require_safe
def list_page(request: HttpRequest) -> HttpResponse:
    """The rows of the list from the cursor `?after=` on."""
    permitted(request)
    context = list_context(request, Filters.read(request.GET), LateSince.now())
    return TemplateResponse(request, "admin/inbox/rows.html", context)


def shown_talk(
    request: HttpRequest, talk: Conversation, filters: Filters, *, notice: Any = None
) -> HttpResponse:
    """The conversation and the person alone; `notice` is what came of what was posted."""
    context = {**talk_context(request, talk, filters), "notice": notice, "keep_unread": notice}
    return TemplateResponse(request, "admin/inbox/talk.html", context)


def permitted(request: HttpRequest) -> Any:
    """The reader. Raises PermissionLacking when they may not see conversations."""
    if not may_see(request.user):
        raise PermissionLacking([SEE[0]])
    return request.user


def conversation_of(pk: int) -> Conversation:
    """The conversation with its sender, contact and assignee, or Http404."""
    rows = Conversation.objects.select_related("sender", "contact", "assignee")
    found: Conversation | None = rows.prefetch_related("contact__addresses").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def list_context(
    request: HttpRequest, filters: Filters, late: LateSince, *, rows: int = PAGE
) -> dict[str, Any]:
    reader: Any = request.user
    found = listing(filters, reader, late, after=request.GET.get("after", ""), rows=rows)
    return {
        "filters": filters,
        "shelf": shelf_named(filters.shelf),
        "listing": found,
        "talk_id": request.GET.get("talk", ""),
    }


def talk_context(
    request: HttpRequest, talk: Conversation, filters: Filters, seen: Around | None = None
) -> dict[str, Any]:
    """What the middle and the right of the page show; `seen` is what was read for the mark."""
    reader: Any = request.user
    seen = seen or around(talk, reader)
    before = request.GET.get("before", "")
    is_earlier = bool(_NUMBER.fullmatch(before))
    shown = talk_of(talk, seen, before=int(before) if is_earlier else None)
    return {
        "filters": filters,
        "talk_mark": mark_of_talk(talk, seen, None if is_earlier else shown.thread.bubbles),
        "others": seen.others,
        "talk": shown,
        "card": card_of(talk, seen, reader),
        "is_earlier": is_earlier,
        "may_change": reader.has_perm("messaging.change_conversation"),
        "may_decide": reader.has_perm("optouts.decide_hold"),
        "colleagues": _colleagues(),
        "longest": answers.LONGEST,
        "file_limits": for_page(shown.limits) if shown.limits else None,
        "form_token": form_token(),
        "now": timezone.localtime(),
        "later": timezone.now() + timedelta(minutes=1),
        "draft": draft_of(reader, talk),
        "canned": canned_for(talk, reader),
        "offers": offers(talk) if talk.sender.channel == Channel.WHATSAPP else [],
        "emoji": EMOJI,
        "outcomes": list(Outcome.objects.filter(active=True)),
        "statuses": Conversation.Status,
        "all_tags": _all_tags(),
        "today": timezone.localdate(),
    }


def _all_tags() -> list[Tag]:
    """Those that are offered, to narrow the list by and to give."""
    return list(Tag.objects.all()[:MOST_OFFERED])


def _colleagues() -> list[Any]:
    """Those to whom the conversation can be given, by name."""
    return list(those_who_answer().order_by("first_name", "username")[:MOST_COLLEAGUES])


def shelves_context(filters: Filters, numbers: dict[str, int]) -> dict[str, Any]:
    """The views by where the page offers them, each with its address and its number in words."""
    kinds: dict[str, list[tuple[Shelf, str, str]]] = {"tab": [], "pill": [], "rare": []}
    for shelf in SHELVES.values():
        query = filters.with_shelf(shelf.name).query
        kinds[shelf.kind].append((shelf, query, _in_words(numbers.get(shelf.name, 0))))
    return {"tabs": kinds["tab"], "pills": kinds["pill"], "rare": kinds["rare"]}


def _in_words(number: int) -> str:
    """Nothing for none; what is not counted any further as such."""
    return f"{MOST_COUNTED - 1}+" if number >= MOST_COUNTED else str(number or "")
