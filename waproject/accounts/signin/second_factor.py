"""Who needs a second factor, and the way to it."""

from collections.abc import Callable

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext as _

from waproject.accounts.models import User
from waproject.accounts.rights import rights_of
from waproject.accounts.states import SystemRole

# The key of the session: this user was seen to have a second factor.
HAS_ONE = "second_factor"
# What a person does on the way to a second factor, by the beginnings of addresses' names.
ON_THE_WAY = ("mfa_", "account_", "usersessions_", "sessions-")
ALSO_OPEN = {"admin:logout", "admin:jsi18n", "switch-tenant", "health"}

Answer = Callable[[HttpRequest], HttpResponse]


def is_demanded_of(user: User) -> bool:
    """Whether the user's role in the business of the scope needs a second factor."""
    return standing(rights_of(user).level) in settings.SECOND_FACTOR_ROLES


def standing(level: int) -> str:
    """The highest of the six roles that a level reaches; "" below all of them."""
    reached = [role for role in SystemRole if role.level <= level]
    return max(reached, key=lambda role: role.level).value if reached else ""


def has_second_factor(user: User) -> bool:
    return second_factors().filter(user=user).exists()


def second_factors() -> "QuerySet[Authenticator]":
    """Those of all users. Recovery codes are none by themselves."""
    found: QuerySet[Authenticator] = Authenticator.objects.all()
    return found.exclude(type=Authenticator.Type.RECOVERY_CODES)


def demand_second_factor(get_response: Answer) -> Answer:
    """Middleware: who needs a second factor and has none sets it up before any other page."""

    def answer(request: HttpRequest) -> HttpResponse:
        if not lacks_one(request) or _is_on_the_way(request):
            return get_response(request)
        way = reverse("mfa_index")
        if request.headers.get("HX-Request"):
            return HttpResponse(status=403, headers={"HX-Redirect": way})
        messages.warning(request, _("Your role needs a second factor. Set one up to go on."))
        return redirect(way)

    return answer


def lacks_one(request: HttpRequest) -> bool:
    """Whether the reader needs a second factor and has none."""
    if not settings.SECOND_FACTOR_ROLES or not request.user.is_authenticated:
        return False
    if request.session.get(HAS_ONE) or not is_demanded_of(request.user):
        return False
    if has_second_factor(request.user):
        request.session[HAS_ONE] = True
        return False
    return True


def _is_on_the_way(request: HttpRequest) -> bool:
    try:
        name = resolve(request.path_info).view_name
    except Resolver404:
        return False
    return name.startswith(ON_THE_WAY) or name in ALSO_OPEN
