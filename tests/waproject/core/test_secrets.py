"""Secrets, with the model of accounts."""

import pytest
from cryptography.fernet import Fernet
from django.core import serializers
from django.core.management import CommandError, call_command
from django.db import connection

from messaging.models import Account
from waproject.audit.models import Event
from waproject.core.secrets import Secret, SecretError
from waproject.ops.actions import OperatorAction

TOKEN = "un secreto con ñ"


@pytest.fixture
def account(db) -> Account:
    return Account.objects.create(name="Sur", external_id="AC7", access_token=TOKEN)


def stored(account: Account) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT access_token FROM provider_accounts WHERE id = %s", [account.pk])
        return cursor.fetchone()[0]


def test_a_text_that_is_assigned_comes_back_from_the_database(account):
    assert Account.objects.get(pk=account.pk).access_token.reveal() == TOKEN


def test_the_database_never_holds_the_text(account):
    assert stored(account) not in ("", TOKEN)
    assert TOKEN not in stored(account)


def test_a_secret_shows_itself_nowhere(account):
    shown = [str(account.access_token), repr(account.access_token), f"{account.__dict__}"]
    shown.append(serializers.serialize("json", [account]))

    assert not any("secreto" in one for one in shown)


def test_an_empty_secret_is_false_and_stays_empty(account):
    account.access_token = ""
    account.save()

    account.refresh_from_db()
    assert (bool(account.access_token), account.access_token.reveal(), stored(account)) == (
        False,
        "",
        "",
    )


def test_a_secret_of_another_key_says_what_to_do(account, settings):
    settings.FIELD_ENCRYPTION_KEYS = [Fernet.generate_key().decode()]

    with pytest.raises(SecretError, match="Put the key that they were stored with back"):
        Account.objects.get(pk=account.pk).access_token.reveal()


def test_without_a_key_nothing_is_stored(settings):
    settings.FIELD_ENCRYPTION_KEYS = []

    with pytest.raises(SecretError, match="Put FIELD_ENCRYPTION_KEYS in the environment"):
        Secret.of(TOKEN)


def test_rotate_keys_makes_the_old_key_needless(account, settings, capsys):
    new = Fernet.generate_key().decode()
    settings.FIELD_ENCRYPTION_KEYS = [new, *settings.FIELD_ENCRYPTION_KEYS]

    call_command("rotate_keys")

    settings.FIELD_ENCRYPTION_KEYS = [new]
    assert Account.objects.get(pk=account.pk).access_token.reveal() == TOKEN
    assert "The credentials of 1 row are encrypted" in capsys.readouterr().out
    assert Event.objects.filter(action=OperatorAction.ROTATE_KEYS, after={"count": 1}).exists()


def test_rotate_keys_writes_nothing_when_a_secret_cannot_be_read(account, settings):
    before = stored(account)
    settings.FIELD_ENCRYPTION_KEYS = [Fernet.generate_key().decode()]

    with pytest.raises(CommandError, match="cannot be read"):
        call_command("rotate_keys")

    assert stored(account) == before


def test_rotate_keys_prints_a_new_key(capsys):
    call_command("rotate_keys", "--new")

    assert Fernet(capsys.readouterr().out.strip())
