from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from campaigns.reports.access import access
from waproject.accounts.models import Membership, Role, User
from waproject.accounts.signin.actions import SigninAction
from waproject.accounts.states import AccountStatus
from waproject.audit.models import Event
from waproject.tenants.operations import create_tenant
from waproject.tenants.scope import in_tenant

pytestmark = pytest.mark.django_db


def user(name: str, role: str, **fields) -> User:
    made = User.objects.create_user(name, **fields)
    Membership.objects.create(user=made, role=Role.objects.get(name=role))
    return made


def tried(about: User, action: SigninAction = SigninAction.FAILED, days_ago: int = 0) -> None:
    Event.objects.create(
        action=action,
        object_type="accounts.user",
        object_id=str(about.pk),
        at=timezone.now() - timedelta(days=days_ago),
    )


def test_who_may_enter_is_listed_by_role_superusers_first(superuser):
    user("ana", "viewer")
    user("beto", "admin")

    assert [(row.username, row.role, row.superuser) for row in access()] == [
        ("jefa", "", True),
        ("beto", "Administrator", False),
        ("ana", "Viewer", False),
    ]


def test_users_of_another_business_are_not_listed():
    other = create_tenant(name="Otra", slug="otra")
    with in_tenant(other.pk):
        user("carla", "admin")

    assert access() == []


def test_row_says_the_rights_of_the_role_and_how_the_user_logs_in(boss, superuser):
    ana = user("ana", "viewer", account_status=AccountStatus.ACTIVE)
    Authenticator.objects.create(user=ana, type=Authenticator.Type.TOTP, data={})
    Authenticator.objects.create(user=superuser, type=Authenticator.Type.RECOVERY_CODES, data={})
    for key in (boss.session.session_key, "of a session that is over"):
        UserSession.objects.create(user=superuser, session_key=key, ip="192.0.2.1")

    boss_row, row = access()

    assert "Conversations: See conversations and messages" in row.rights
    assert (boss_row.rights, row.status) == ("all", "active")
    assert (boss_row.second_factor, row.second_factor) == (False, True)
    assert (boss_row.sessions, row.sessions) == (1, 0)


def test_attempts_that_failed_are_counted_for_the_days_asked():
    ana = user("ana", "viewer")
    for action in (SigninAction.FAILED, SigninAction.CODE_FAILED, SigninAction.LOGGED_IN):
        tried(ana, action)
    tried(ana, days_ago=40)

    assert [access(days=days)[0].failed_attempts for days in (30, 60)] == [2, 3]


def test_row_says_what_the_user_did_lately():
    ana = user("ana", "viewer")
    for action, days_ago in (("campaigns.pause", 40), ("campaigns.cancel", 1), ("x.y", 0)):
        Event.objects.create(
            action=action,
            actor=ana,
            object_type="campaigns.campaign",
            at=timezone.now() - timedelta(days=days_ago),
        )

    [row] = access()

    assert (row.operations, row.latest_operation) == (2, "x.y")
    assert timezone.now() - row.latest_operation_at < timedelta(minutes=5)
    assert [one.operations for one in access(days=60)] == [3]


def test_number_of_operations_leads_to_their_events(boss):
    ana = user("ana", "viewer")
    for days_ago in (0, 1, 40):
        Event.objects.create(
            action="campaigns.pause",
            actor=ana,
            object_type="campaigns.campaign",
            at=timezone.now() - timedelta(days=days_ago),
        )

    page = boss.get(reverse("admin:report", args=["access"]))
    [url] = [
        cell.url
        for row, _group in page.context["table"]
        for cell in row
        if "who=" in (cell.url or "")
    ]

    assert len(boss.get(url).context["cl"].result_list) == 2


def test_queries_do_not_grow_with_the_users(django_assert_num_queries):
    for number in range(5):
        user(f"u{number}", "agent")

    with django_assert_num_queries(6):
        access()


def test_command_prints_it(capsys):
    user("ana", "viewer")

    call_command("report", "access")

    assert "ana" in capsys.readouterr().out


def test_page_asks_for_the_rights_to_users_and_to_the_log(allow):
    page = reverse("admin:report", args=["access"])

    assert [
        allow("view_reports", *more).get(page).status_code
        for more in (["view_user"], ["view_event"], ["view_user", "view_event"])
    ] == [403, 403, 200]


def test_number_of_failures_leads_to_their_events(boss):
    ana = user("ana", "viewer")
    for action in (SigninAction.FAILED, SigninAction.LOGGED_IN):
        tried(ana, action)
    tried(ana, days_ago=40)

    page = boss.get(reverse("admin:report", args=["access"]))
    urls = [cell.url for row, _group in page.context["table"] for cell in row if cell.url]
    [url] = [url for url in urls if "object_id" in url]

    assert len(boss.get(url).context["cl"].result_list) == 1
