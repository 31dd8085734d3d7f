import pytest
from django.urls import reverse

from waproject.accounts.models import User
from waproject.accounts.states import AccountStatus

pytestmark = pytest.mark.django_db

LOCKED_OUT = [AccountStatus.SUSPENDED, AccountStatus.INACTIVE]


def log_in(client) -> int:
    words = {"login": "vendedor", "password": "secreta"}
    return client.post(reverse("account_login"), words).status_code


def change_status(user: User, status: AccountStatus) -> None:
    user.set_status(status)
    user.save()


def test_each_log_in_is_counted(client, staff):
    statuses = [log_in(client)]
    client.logout()
    statuses.append(log_in(client))

    staff.refresh_from_db()
    assert (statuses, staff.login_count, staff.last_login is not None) == ([302, 302], 2, True)


@pytest.mark.parametrize("status", LOCKED_OUT)
def test_user_who_is_not_active_cannot_log_in(client, staff, status):
    change_status(staff, status)

    refused = log_in(client)

    staff.refresh_from_db()
    assert (refused, staff.login_count) == (200, 0)


@pytest.mark.parametrize("status", LOCKED_OUT)
def test_user_who_is_logged_in_is_refused_at_the_next_request(client, staff, status):
    client.force_login(staff)
    before = client.get(reverse("admin:index")).status_code

    change_status(staff, status)

    after = client.get(reverse("admin:index"))
    assert (before, after.status_code, "/login/" in after.headers["Location"]) == (200, 302, True)
