"""Each log-in and each attempt in the log of operations, with where it came from.

A business reads of its own users. A name that belongs to nobody is not written down: people type
their password there; where there is one business alone, the event without a name is its.
"""

from typing import Any

from allauth.account.signals import password_reset
from allauth.account.signals import user_logged_in as entered
from allauth.mfa.signals import (
    authentication_failed,
    authenticator_added,
    authenticator_removed,
    authenticator_reset,
)
from axes.signals import user_locked_out
from django.contrib.auth.signals import user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from waproject.accounts.actors import SYSTEM, Actor
from waproject.accounts.models import User
from waproject.accounts.signin.actions import SigninAction
from waproject.accounts.signin.second_factor import HAS_ONE
from waproject.accounts.signin.sessions import OVER
from waproject.audit.acting import Entry, record
from waproject.tenants.models import tenant_ids
from waproject.tenants.scope import current_tenant_id, has_tenant, in_tenant

Facts = dict[str, Any]


@receiver(entered, dispatch_uid="signin.entered")
def note_log_in(request: HttpRequest, user: User, **_kwargs: Any) -> None:
    ways = [one["method"] for one in request.session.get("account_authentication_methods", [])]
    note(SigninAction.LOGGED_IN, user, by=user, after={"by": ways[-2:]})


@receiver(user_logged_out, dispatch_uid="signin.left")
def note_log_out(request: HttpRequest, user: User | None, **_kwargs: Any) -> None:
    """By the person, or because the session was over (waproject.accounts.signin.sessions)."""
    why = getattr(request, OVER, "")
    action = SigninAction.SESSION_OVER if why else SigninAction.LOGGED_OUT
    if user is not None:
        note(action, user, by=user, after={"why": why} if why else {})


@receiver(user_login_failed, dispatch_uid="signin.failed")
def note_failure(credentials: Facts, request: HttpRequest | None = None, **_kwargs: Any) -> None:
    if request is not None and not getattr(request, "axes_locked_out", False):
        note(SigninAction.FAILED, named(credentials.get("username")))


@receiver(user_locked_out, dispatch_uid="signin.locked")
def note_lock(request: HttpRequest, username: str | None = None, **_kwargs: Any) -> None:
    note(SigninAction.LOCKED, named(username))


@receiver(authentication_failed, dispatch_uid="signin.code_failed")
def note_wrong_code(user: User | None, **_kwargs: Any) -> None:
    note(SigninAction.CODE_FAILED, user)


@receiver(password_reset, dispatch_uid="signin.password_reset")
def note_new_password(user: User, **_kwargs: Any) -> None:
    note(SigninAction.PASSWORD_RESET, user, by=user)


@receiver(authenticator_added, dispatch_uid="signin.factor_added")
def note_new_factor(user: User, authenticator: Any, **_kwargs: Any) -> None:
    note(SigninAction.FACTOR_ADDED, user, by=user, after={"kind": str(authenticator.type)})


@receiver(authenticator_removed, dispatch_uid="signin.factor_removed")
def note_removed_factor(
    request: HttpRequest, user: User, authenticator: Any, **_kwargs: Any
) -> None:
    request.session.pop(HAS_ONE, None)
    note(SigninAction.FACTOR_REMOVED, user, by=user, after={"kind": str(authenticator.type)})


@receiver(authenticator_reset, dispatch_uid="signin.codes_renewed")
def note_new_codes(user: User, **_kwargs: Any) -> None:
    note(SigninAction.CODES_RENEWED, user, by=user)


def named(name: str | None) -> User | None:
    """The user of a name that somebody typed."""
    return User.objects.filter(username=name).first() if name else None


def note(
    action: SigninAction, user: User | None, *, by: Actor = SYSTEM, after: Facts | None = None
) -> None:
    """Write the event in each business that it concerns."""
    for tenant_id in concerned(user):
        with in_tenant(tenant_id):
            text = user.get_username() if user else ""
            record(by, action.value, Entry(user or User, text, after=after or {}))


def concerned(user: User | None) -> list[int]:
    """The business of the scope when the user works there; else all of the user's.

    Of a superuser, who may enter each, those that they belong to, or the first.
    """
    if user is None:
        found = tenant_ids()
        return found if len(found) == 1 else []
    held = list(user.memberships.order_by("tenant").values_list("tenant_id", flat=True))
    if has_tenant() and (user.is_superuser or current_tenant_id() in held):
        return [current_tenant_id()]
    return held or (tenant_ids()[:1] if user.is_superuser else [])
