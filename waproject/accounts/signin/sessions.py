"""The sessions of users: which there are, and when they end.

A session keeps when it began and when its user was last seen, in seconds since 1970. The table of
allauth.usersessions says from where, for the page on which people end their own.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any, cast

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.signals import user_logged_in
from django.contrib.auth.views import redirect_to_login
from django.contrib.sessions.models import Session
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from waproject.accounts.models import User

BEGAN, SEEN = "began", "seen"  # keys of the session
# What a request whose session was over knows: that it was idle, or old.
OVER = "session_was_over"
IDLE, OLD = "idle", "old"
# A download is stopped within so many seconds after its session ended.
LOOKED_AT_EVERY = 2.0
# Being seen is written down once in so many seconds.
NOTED_EVERY = 60


class SessionEnded(Exception):
    """The session of a download ended while it was sent: the rest is not for its reader."""


Answer = Callable[[HttpRequest], HttpResponse]


@receiver(user_logged_in, dispatch_uid="signin.begin_session")
def begin_session(request: HttpRequest | None = None, **_kwargs: Any) -> None:
    """Set the clocks of a session."""
    if request is not None:
        request.session[BEGAN] = request.session[SEEN] = int(time.time())


def follow_session(get_response: Answer) -> Answer:
    """Middleware: a session that is too old, or that nobody used for too long, is logged out."""

    def answer(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now = int(time.time())
            why = why_over(request, now)
            if why:
                return leave(request, why)
            if now - request.session.get(SEEN, 0) >= NOTED_EVERY and is_act_of_person(request):
                note(request, now)
        response = get_response(request)
        if response.streaming and request.user.is_authenticated:
            stream = cast(StreamingHttpResponse, response)
            rows = cast(Iterable[bytes], stream.streaming_content)
            stream.streaming_content = while_it_lasts(request, rows)
        return response

    return answer


def while_it_lasts(request: HttpRequest, parts: Iterable[bytes]) -> Iterator[bytes]:
    """The parts of a download. Raises SessionEnded soon after its user lost the session."""
    looked = -LOOKED_AT_EVERY
    for part in parts:
        if time.monotonic() - looked >= LOOKED_AT_EVERY:
            looked = time.monotonic()
            if not is_open(request):
                raise SessionEnded
        yield part


def is_open(request: HttpRequest) -> bool:
    """Whether the session of a request is still there, and its user may still enter."""
    user = cast(User, request.user)
    may_enter = User.objects.filter(pk=user.pk, is_active=True).exists()
    return may_enter and request.session.exists(request.session.session_key or "")


def leave(request: HttpRequest, why: str) -> HttpResponse:
    """Log out, and lead to the log-in, from which the person comes back to the page."""
    setattr(request, OVER, why)
    logout(request)
    sentence = _("Your session ended, as nobody used it or it was old. Log in again.")
    messages.info(request, sentence)
    if request.headers.get("HX-Request"):
        return HttpResponse(status=403, headers={"HX-Redirect": resolve_url("account_login")})
    login = resolve_url("account_login")
    can_come_back = request.method == "GET" and request.path != login
    target = request.get_full_path() if can_come_back else reverse("admin:index")
    return redirect_to_login(target, login_url=login)


def why_over(request: HttpRequest, now: int) -> str:
    """Why the session is over, OLD or IDLE; "" while it lasts. One without clocks begins now."""
    began, seen = request.session.get(BEGAN, now), request.session.get(SEEN, now)
    if now - began >= settings.SESSION_LONGEST.total_seconds():
        return OLD
    return IDLE if now - seen >= settings.SESSION_IDLE.total_seconds() else ""


def is_act_of_person(request: HttpRequest) -> bool:
    """Whether a person did this. A page that is left open asks for its parts by itself."""
    return request.method != "GET" or not request.headers.get("HX-Request")


def note(request: HttpRequest, now: int) -> None:
    """Write down that the user was seen."""
    request.session.setdefault(BEGAN, now)
    request.session[SEEN] = now
    UserSession.objects.create_from_request(request)


def sessions_of(user: User) -> list[UserSession]:
    """The sessions that are open, the one last seen first."""
    found: list[UserSession] = UserSession.objects.purge_and_list(user)
    return sorted(found, key=lambda one: one.last_seen_at, reverse=True)


def end_all(user: User) -> int:
    """End every session of a user at once; return how many there were."""
    return end(UserSession.objects.filter(user=user))


def end(sessions: Iterable[UserSession]) -> int:
    """End these sessions; return how many there were."""
    ended = 0
    for one in sessions:
        one.end()
        ended += 1
    return ended


def forget_ended_sessions() -> str:
    """Delete the sessions that are over; a task of the tick."""
    gone, _by_model = Session.objects.filter(expire_date__lt=timezone.now()).delete()
    open_ones = Session.objects.values("session_key")
    UserSession.objects.exclude(session_key__in=open_ones).delete()
    return f"{gone} sessions forgotten"
