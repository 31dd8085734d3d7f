"""What is posted from the inbox: an act, and what came of it in a sentence."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from messaging.inbox.pages.navigation import may_see
from messaging.inbox.pages.views import conversation_of, shown_talk
from messaging.inbox.reading.filters import Filters
from messaging.models import Conversation
from waproject.core.admin.permissions import require


@dataclass(frozen=True, slots=True)
class Notice:
    """What came of an act, in a sentence; `kind` is good, warn or bad.

    `unsent` is an answer that was kept back: to be sent all the same, by the `button` that was
    pressed, or written anew (`is_draft`). `at` is the moment that was chosen for it. `keeps_files`:
    the page puts the files of that answer into the composer again.
    """

    words: str
    kind: str = "good"
    unsent: str = ""
    is_draft: bool = False
    button: str = ""
    at: str = ""
    keeps_files: bool = False

    @property
    def level(self) -> int:
        return {"good": messages.SUCCESS, "warn": messages.WARNING, "bad": messages.ERROR}[
            self.kind
        ]


Act = Callable[[HttpRequest, Conversation], Notice | None]


def act(permission: str = "messaging.change_conversation") -> Callable[[Act], Any]:
    """A view that does something with a conversation: for htmx it shows it, else it leads there."""

    def wrap(do: Act) -> Any:
        @wraps(do)
        @require_POST
        def view(request: HttpRequest, pk: int) -> HttpResponse:
            require(request.user, permission)
            try:
                notice = do(request, get_object_or_404(Conversation, pk=pk))
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


def actor_of(request: HttpRequest) -> Any:
    return request.user


def text_of(request: HttpRequest) -> str:
    """What was written, with line ends of one kind, without what a database cannot store."""
    return request.POST.get("text", "").replace("\r\n", "\n").replace("\x00", "")
