"""A person's own sessions."""

from typing import cast

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from waproject.accounts.models import User
from waproject.accounts.signin import sessions as operations
from waproject.accounts.signin.actions import SigninAction
from waproject.accounts.signin.events import note
from waproject.core.text.numbers import number_in

# In this order: browsers name each other, and mean the first of these.
BROWSERS = {
    "Edg": "Edge",
    "OPR": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "Firefox": "Firefox",
    "Chrome": "Chrome",
    "CriOS": "Chrome",
    "Safari": "Safari",
}
SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "Mac OS": "macOS",
    "Linux": "Linux",
}


def sessions(request: HttpRequest) -> HttpResponse:
    """From where the reader is logged in."""
    found = operations.sessions_of(cast(User, request.user))
    rows = [{"session": one, "device": device_of(one.user_agent)} for one in found]
    return render(request, "usersessions/usersession_list.html", {"rows": rows})


@require_POST
def end_sessions(request: HttpRequest) -> HttpResponse:
    """End one of the reader's sessions, or all but this one."""
    user = cast(User, request.user)
    this = request.session.session_key
    chosen = UserSession.objects.filter(user=user).exclude(session_key=this)
    wanted = request.POST.get("session", "")
    if wanted != "others":
        chosen = chosen.filter(pk=number_in(wanted))
    ended = operations.end(chosen)
    if ended:
        note(SigninAction.SESSIONS_ENDED, user, by=user, after={"count": ended})
    sentence = ngettext("%(count)s session ended.", "%(count)s sessions ended.", ended)
    messages.info(request, sentence % {"count": ended} if ended else _("No session ended."))
    return redirect("usersessions_list")


def device_of(user_agent: str) -> str:
    """`Firefox, Linux`; the first words of what nobody knows here."""
    named = [
        next((name for word, name in words.items() if word in user_agent), "")
        for words in (BROWSERS, SYSTEMS)
    ]
    return ", ".join(filter(None, named)) or user_agent[:40] or "–"
