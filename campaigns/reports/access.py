"""The report of who may enter this business, with which rights, and how they log in."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.reports.columns import Column
from waproject.accounts import permissions
from waproject.accounts.memberships import colleagues, held_here
from waproject.accounts.models import Membership, Role, User
from waproject.accounts.signin.actions import SigninAction
from waproject.accounts.states import AccountStatus
from waproject.audit.models import Event, action_labels
from waproject.core.days import days_back

FAILURES = [SigninAction.FAILED, SigninAction.LOCKED, SigninAction.CODE_FAILED]


@dataclass(frozen=True)
class Access:
    """One user of the business, or a superuser, who enters each without a role.

    Of the days asked for are `failed_attempts` (wrong passwords and codes, and waits) and
    `operations`, the events of what the user did; `latest_operation` is the last of all.
    """

    user_id: Annotated[int, Column("id", detail=True, grouped=False)]
    username: Annotated[str, Column(_("user"))]
    name: Annotated[str, Column(_("name"))]
    role: Annotated[str, Column(_("role"))]
    superuser: Annotated[bool, Column(_("superuser"))]
    status: Annotated[AccountStatus, Column(_("account status"))]
    rights: Annotated[str, Column(_("rights"), detail=True)]
    member_since: Annotated[datetime | None, Column(_("here since"), detail=True)]
    last_login: Annotated[datetime | None, Column(_("last login"))]
    second_factor: Annotated[bool, Column(_("second factor"))]
    sessions: Annotated[int, Column(_("open sessions"))]
    failed_attempts: Annotated[int, Column(_("failed attempts"))]
    operations: Annotated[int, Column(_("operations"))]
    latest_operation: Annotated[str, Column(_("latest operation"))]
    latest_operation_at: Annotated[datetime | None, Column(_("latest operation at"), detail=True)]


def access(*, days: int = 30, limit: int | None = None) -> list[Access]:
    """Who may enter the business, the highest role first. Six queries, however many users."""
    held = held_here().select_related("role")
    memberships = {one.user_id: one for one in held}
    users = sorted(
        _with_latest(colleagues()), key=lambda user: _place(user, memberships.get(user.pk))
    )[:limit]
    ids = [user.pk for user in users]
    factors, sessions, failures = _with_second_factor(ids), _sessions(ids), _failures(ids, days)
    operations = _operations(ids, days)
    return [
        Access(
            user_id=user.pk,
            username=user.get_username(),
            name=user.get_full_name(),
            role=membership.role.title if membership else "",
            superuser=user.is_superuser,
            status=AccountStatus(user.account_status),
            rights=_rights(user, membership.role if membership else None),
            member_since=membership.created_at if membership else None,
            last_login=user.last_login,
            second_factor=user.pk in factors,
            sessions=sessions[user.pk],
            failed_attempts=failures[str(user.pk)],
            operations=operations[user.pk],
            latest_operation=str(action_labels().get(user.latest, user.latest or "")),
            latest_operation_at=user.latest_at,
        )
        for user in users
        for membership in [memberships.get(user.pk)]
    ]


def _with_latest(users: "QuerySet[User]") -> Iterable[Any]:
    """The users, each with the last event of theirs: `latest`, its action, and `latest_at`."""
    own = Event.objects.filter(actor=OuterRef("pk")).order_by("-id")
    return users.annotate(
        latest=Subquery(own.values("action")[:1]), latest_at=Subquery(own.values("at")[:1])
    )


def _place(user: User, membership: Membership | None) -> tuple[bool, int, str]:
    return not user.is_superuser, -(membership.role.level if membership else 0), user.username


def _rights(user: User, role: Role | None) -> str:
    if user.is_superuser:
        return str(_("all"))
    known = permissions.rights()
    return "; ".join(str(known[name]) for name in known if role and name in role.rights)


def _with_second_factor(ids: Iterable[int]) -> set[int]:
    found = Authenticator.objects.filter(user__in=ids)
    own = found.exclude(type=Authenticator.Type.RECOVERY_CODES)
    return {*own.values_list("user_id", flat=True)}


def _sessions(ids: Iterable[int]) -> Counter[int]:
    open_ones = Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
    found = UserSession.objects.filter(user__in=ids, session_key__in=open_ones)
    return Counter(found.values_list("user_id", flat=True))


def _operations(ids: Iterable[int], days: int) -> Counter[int]:
    events = Event.objects.filter(actor__in=ids, at__gte=days_back(days))
    counted = events.order_by().values_list("actor").annotate(times=Count("pk"))
    return Counter(dict(counted))


def _failures(ids: Iterable[int], days: int) -> Counter[str]:
    about = Q(object_type=User._meta.label_lower, object_id__in=[str(pk) for pk in ids])
    events = Event.objects.filter(about, action__in=FAILURES, at__gte=days_back(days))
    counted = events.order_by().values_list("object_id").annotate(times=Count("pk"))
    return Counter(dict(counted))
