"""What has changed since the page last asked, as parts that htmx puts in their places."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django_htmx.http import HttpResponseClientRedirect

from messaging.inbox.pages.views import (
    conversation_of,
    list_context,
    permitted,
    shelves_context,
    talk_context,
)
from messaging.inbox.presence import be_there
from messaging.inbox.reading.around import around
from messaging.inbox.reading.filters import Filters
from messaging.inbox.reading.fresh import mark_of_list, mark_of_talk
from messaging.inbox.reading.listing import PAGE
from messaging.inbox.times.targets import LateSince
from waproject.core.text.numbers import number_in

# Whoever scrolled further reads the rest again by scrolling.
MOST_ROWS = 400


@require_safe
def live_page(request: HttpRequest) -> HttpResponse:
    """The parts that are not as `?list=` and `?thread=` mark them; 204 when nothing changed.

    `?talk=` is the conversation that is open and `?rows=` how many rows the list has. `?writes=`
    says that the user types, which colleagues who have it open are told. Where that conversation is
    gone, the page is led to the list.
    """
    reader: Any = permitted(request)
    filters = Filters.read(request.GET)
    rows = min(max(number_in(request.GET.get("rows", "")), PAGE), MOST_ROWS)
    late = LateSince.now()
    mark, numbers = mark_of_list(filters, reader, late, rows)
    context: dict[str, Any] = {}
    if mark != request.GET.get("list"):
        context |= list_context(request, filters, late, rows=rows)
        context |= shelves_context(filters, numbers)
        context |= {"list_mark": mark, "numbers": numbers}
    if talk_id := number_in(request.GET.get("talk", "")):
        try:
            context |= _of_talk(request, talk_id, filters)
        except Http404:
            return _to_the_list(request, filters)
    if not context:
        return HttpResponse(status=204)
    return TemplateResponse(request, "admin/inbox/live.html", {"filters": filters, **context})


def _to_the_list(request: HttpRequest, filters: Filters) -> HttpResponse:
    """Away from a conversation that was open, and is gone."""
    sentence = _("The conversation is gone: its person was erased, or became one with another.")
    messages.warning(request, sentence)
    query = f"?{filters.query}" if filters.query else ""
    return HttpResponseClientRedirect(f"{reverse('admin:inbox')}{query}")


def _of_talk(request: HttpRequest, talk_id: int, filters: Filters) -> dict[str, Any]:
    reader: Any = request.user
    talk = conversation_of(talk_id)
    if reader.has_perm("messaging.change_conversation"):
        be_there(reader, talk_id, writes="writes" in request.GET)
    seen = around(talk, reader)
    mark = mark_of_talk(talk, seen)
    if mark == request.GET.get("thread"):
        return {}
    context = talk_context(request, talk, filters, seen)
    was_refused = request.GET.get("refused") == "1"
    return {**context, "is_refused_anew": bool(context["talk"].refusal) != was_refused}
