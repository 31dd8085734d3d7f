"""Wrong passwords are counted, and after some of them a person waits; others are not locked out."""

import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from waproject.site.logins import UNKNOWN, client_address

pytestmark = pytest.mark.django_db
LOGIN = reverse("account_login")


def log_in(client, name="jefa", password="wrong", address="198.51.100.1"):  # noqa: S107
    return client.post(
        LOGIN, {"login": name, "password": password}, headers={"X-Forwarded-For": address}
    )


@pytest.fixture
def locked(client, superuser):
    """The answers to as many wrong passwords as are taken, and one more."""
    return [log_in(client).status_code for _attempt in range(settings.AXES_FAILURE_LIMIT + 1)]


def test_login_waits_after_too_many_wrong_passwords(client, locked):
    answer = log_in(client, password="secreta")

    assert (locked[0], locked[-1], answer.status_code) == (200, 429, 429)
    assert "The password was wrong too often. Wait 15 minutes" in answer.content.decode()


@pytest.mark.parametrize(
    ("name", "address"), [("jefa", "198.51.100.2"), ("vendedor", "198.51.100.1")]
)
def test_login_of_another_name_or_address_goes_on(client, locked, staff, name, address):
    assert log_in(client, name, "secreta", address).status_code == 302


def test_login_goes_on_after_the_wait(client, locked, time_machine):
    time_machine.move_to(timezone.now() + settings.AXES_COOLOFF_TIME)

    assert log_in(client, password="secreta").status_code == 302


def test_failed_login_writes_one_line_without_what_was_typed(client, superuser, caplog):
    log_in(client, name="my-password")

    assert [one.getMessage() for one in caplog.records] == ["A log-in from 198.51.100.1 failed."]


@pytest.mark.parametrize(
    ("direct", "forwarded", "address"),
    [
        ("127.0.0.1", "10.0.0.1, 198.51.100.1", "198.51.100.1"),
        ("", "198.51.100.1", "198.51.100.1"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),  # not a proxy of ours
        ("127.0.0.1", "nonsense", "127.0.0.1"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("", "", UNKNOWN),
    ],
)
def test_client_address_is_what_the_last_proxy_of_ours_saw(direct, forwarded, address):
    request = RequestFactory().get("/", headers={"X-Forwarded-For": forwarded})
    request.META["REMOTE_ADDR"] = direct

    assert client_address(request) == address


def test_attempts_can_be_looked_at_and_nothing_else(client, locked, superuser):
    client.force_login(superuser, "waproject.accounts.backends.RoleBackend")
    attempt = AccessAttempt.objects.get()

    pages = {
        page: client.get(reverse(f"admin:axes_accessattempt_{page}", args=args)).status_code
        for page, args in {
            "changelist": [],
            "change": [attempt.pk],
            "add": [],
            "delete": [attempt.pk],
        }.items()
    }

    assert pages == {"changelist": 200, "change": 200, "add": 403, "delete": 403}


def test_webhooks_pay_nothing_for_the_counting_of_logins(client, django_assert_num_queries):
    with django_assert_num_queries(1):  # for the account whose signature it is to bear
        client.post("/twilio/status", {}, headers={"X-Twilio-Signature": "wrong"})
