"""Why an account does not work, read by people of another language."""

import pytest
from django.utils import translation

from messaging.accounts import refresh
from messaging.models import Account


def why(account: Account, language: str) -> str:
    account.refresh_from_db()
    with translation.override(language):
        return account.why


@pytest.fixture
def south(db) -> Account:
    """An account without a token."""
    return Account.objects.create(name="Sur", external_id="AC" + "7" * 32)


def test_what_the_project_finds_wrong_is_read_in_the_language_of_its_reader(south):
    with translation.override("es"):
        refresh(south)

    assert [why(south, one) for one in ("en", "es")] == [
        "The account “Sur” has no token. Enter it on the account's page.",
        "La cuenta “Sur” no tiene token. Hay que ingresarlo en la página de la cuenta.",
    ]
    assert south.status == "error"


def test_what_the_provider_refuses_is_read_in_the_language_of_its_reader(south, simulator):
    Account.objects.update(access_token="wrong")
    account = Account.objects.get(pk=south.pk)

    with translation.override("es"):
        refresh(account)

    assert [why(account, one) for one in ("en", "es")] == [
        "The provider refuses the account id or the token.",
        "El proveedor rechaza el identificador de la cuenta o el token.",
    ]
