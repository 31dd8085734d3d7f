import pytest

from messaging.models import Account
from messaging.webhooks import accounts
from messaging.webhooks.accounts import _found, _recent_account

NAMED = ("twilio", None, "AC1")


@pytest.fixture(autouse=True)
def nothing_remembered(monkeypatch, settings) -> None:
    monkeypatch.setattr(accounts, "_recent", {})
    settings.ACCOUNTS_REMEMBERED_SECONDS = 60


def test_an_account_is_found_once_within_the_time():
    account = Account()
    _recent_account(NAMED, lambda: account)

    assert _recent_account(NAMED, lambda: None) is account


def test_an_account_is_looked_for_again_after_the_time(settings):
    settings.ACCOUNTS_REMEMBERED_SECONDS = 0
    _recent_account(NAMED, Account)

    assert _recent_account(NAMED, lambda: None) is None


@pytest.mark.parametrize(("named", "is_found"), [("", True), ("AC1", True), ("AC2", False)])
def test_the_account_of_the_path_has_the_id_that_the_request_names(db, named, is_found):
    account = Account.objects.create(name="Sur", external_id="AC1")

    assert (_found("twilio", account.pk, named) == account) is is_found


def test_what_is_no_account_of_ours_is_not_remembered():
    _recent_account(NAMED, lambda: None)

    assert accounts._recent == {}
