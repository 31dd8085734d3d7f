import pytest

from messaging import webhooks
from messaging.models import Account
from messaging.webhooks import _recent_account

NAMED = ("twilio", None, "AC1")


@pytest.fixture(autouse=True)
def nothing_remembered(monkeypatch, settings) -> None:
    monkeypatch.setattr(webhooks, "_recent", {})
    settings.ACCOUNTS_REMEMBERED_SECONDS = 60


def test_an_account_is_found_once_within_the_time():
    account = Account()
    _recent_account(NAMED, lambda: account)

    assert _recent_account(NAMED, lambda: None) is account


def test_an_account_is_looked_for_again_after_the_time(settings):
    settings.ACCOUNTS_REMEMBERED_SECONDS = 0
    _recent_account(NAMED, Account)

    assert _recent_account(NAMED, lambda: None) is None


def test_what_is_no_account_of_ours_is_not_remembered():
    _recent_account(NAMED, lambda: None)

    assert webhooks._recent == {}
