"""What the log of operations has of log-ins: each attempt, from where, nothing that was typed."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from tests.factories.users import as_role
from waproject.accounts.models import Membership, Role
from waproject.audit.models import Event
from waproject.tenants.operations import create_tenant
from waproject.tenants.scope import all_tenants, in_tenant

pytestmark = pytest.mark.django_db
LOGIN = reverse("account_login")
FROM = {"X-Forwarded-For": "198.51.100.1"}


def enter(client, name="vendedor", password="secreta"):  # noqa: S107
    return client.post(LOGIN, {"login": name, "password": password}, headers=FROM)


def told() -> list[tuple]:
    with all_tenants():
        events = Event.objects.order_by("pk")
        return list(events.values_list("action", "actor_name", "object_text", "origin"))


def test_log_in_is_in_the_log(client, staff):
    enter(client)

    assert told() == [("signin.logged_in", "vendedor", "vendedor", "web 198.51.100.1")]
    assert Event.objects.get().after == {"by": ["password"]}


def test_log_out_is_in_the_log(client, staff):
    enter(client)
    client.post(reverse("admin:logout"), headers=FROM)

    assert told()[1:] == [("signin.logged_out", "vendedor", "vendedor", "web 198.51.100.1")]


@pytest.mark.parametrize(("days", "why"), [(1, "idle"), (7, "old")])
def test_session_that_was_over_is_in_the_log_when_its_user_comes_back(
    client, staff, time_machine, days, why
):
    enter(client)
    time_machine.move_to(timezone.now() + timedelta(days=days), tick=False)
    Session.objects.update(expire_date=timezone.now() + timedelta(days=1))

    client.get(reverse("admin:index"), headers=FROM)

    assert [action for action, *_rest in told()] == ["signin.logged_in", "signin.session_over"]
    assert Event.objects.get(action="signin.session_over").after == {"why": why}


def test_failures_and_the_wait_are_in_the_log_without_what_was_typed(client, staff):
    for _attempt in range(settings.AXES_FAILURE_LIMIT + 1):
        enter(client, password="clave-errada")

    actions = [action for action, *_rest in told()]
    wrong, waits = "signin.failed", "signin.locked"
    assert actions == [wrong] * (settings.AXES_FAILURE_LIMIT - 1) + [waits] * 2
    assert "clave-errada" not in str(list(Event.objects.values()))


def test_name_of_nobody_is_not_written_down(client, staff):
    enter(client, name="mi-clave-secreta")

    assert told() == [("signin.failed", "", "", "web 198.51.100.1")]


def test_name_of_nobody_is_no_event_of_one_of_several_businesses(client, staff):
    create_tenant(name="Otra", slug="otra")

    enter(client, name="nadie")

    assert told() == []


def test_business_reads_of_its_own_users_alone(client, staff):
    other = create_tenant(name="Otra", slug="otra")
    Membership.objects.filter(user=staff).delete()
    with in_tenant(other.pk):
        Membership.objects.create(user=staff, role=Role.objects.get(name="agent"))

    enter(client, password="x")

    with in_tenant(other.pk):
        assert Event.objects.filter(action="signin.failed").exists()
    assert not Event.objects.filter(action="signin.failed").exists()


def test_new_password_by_a_link_is_in_the_log_and_ends_the_sessions(client, staff):
    user = as_role(staff, "agent")
    user.email = "vendedor@example.com"
    user.save()
    enter(client)

    stranger = type(client)()
    stranger.post(reverse("account_reset_password"), {"email": "VENDEDOR@example.com"})
    link = next(line for line in mail.outbox[0].body.split() if "/accounts/password/" in line)
    form = stranger.get(link.replace("http://testserver", ""), follow=True)
    words = {"password1": "una-frase-larga-7", "password2": "una-frase-larga-7"}
    stranger.post(form.redirect_chain[-1][0], words)

    user.refresh_from_db()
    assert user.check_password("una-frase-larga-7")
    assert Event.objects.filter(action="signin.password_reset", object_text="vendedor").exists()
    assert client.get(reverse("admin:index")).status_code == 302
    assert stranger.get(link.replace("http://testserver", "")).status_code == 200
    assert "invalid" in stranger.get(link.replace("http://testserver", "")).content.decode()


def test_reset_for_an_address_of_nobody_looks_the_same_and_sends_nothing(client, staff):
    answer = client.post(reverse("account_reset_password"), {"email": "nadie@example.com"})

    assert answer.headers["Location"] == reverse("account_reset_password_done")
    assert mail.outbox == []


def test_suspended_user_gets_no_link(client, staff):
    staff.email = "vendedor@example.com"
    staff.set_status("suspended")
    staff.save()

    client.post(reverse("account_reset_password"), {"email": staff.email})

    assert mail.outbox == []


def test_nobody_signs_up(client):
    assert client.get("/accounts/signup/").status_code in (302, 404)


def test_address_that_asks_too_often_waits(client, staff):
    statuses = [enter(client, name=f"n{number}").status_code for number in range(31)]

    assert (set(statuses[:30]), statuses[30]) == ({200}, 429)


def test_log_in_of_the_admin_leads_to_the_one_page_of_logging_in(client, staff):
    stranger = client.get("/admin/login/?next=/admin/contacts/contact/")

    assert stranger.headers["Location"] == f"{LOGIN}?next=/admin/contacts/contact/"
