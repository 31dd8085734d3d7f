"""Accounts: the one of the environment, what staff do with them, what their provider says."""

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone, translation

from messaging import accounts
from messaging.integrity import integrity_problems
from messaging.jobs import refresh_accounts
from messaging.models import Account, Sender
from messaging.providers.base import NotConfigured
from waproject.accounts.actors import SYSTEM
from waproject.audit.models import Event
from waproject.tenants.models import Tenant
from waproject.tenants.operations import create_tenant
from waproject.tenants.scope import in_tenant

pytestmark = pytest.mark.django_db
OTHER = "AC" + "5" * 32


@pytest.fixture
def south() -> Account:
    return Account.objects.create(name="Sur", external_id="AC" + "7" * 32, access_token="secreto")


@pytest.fixture
def other_tenant(tenant: Tenant) -> Tenant:
    return create_tenant(name="Otra automotora", slug="otra")


def status_of(account: Account) -> tuple[str, str]:
    account.refresh_from_db()
    return account.status, account.why


def test_the_account_of_the_environment_stands_from_the_start(settings):
    account = Account.objects.get()

    assert (account.provider, account.external_id) == ("twilio", settings.TWILIO_ACCOUNT_SID)
    assert account.in_environment
    assert not account.access_token


def test_it_is_named_in_the_language_of_the_installation(settings):
    Account.objects.all().delete()
    settings.LANGUAGE_CODE = "es"

    with translation.override(None):  # as `migrate` runs
        assert Account.objects.of_environment().name == "Cuenta principal"


def test_its_credentials_are_those_of_the_environment_as_they_are_now(settings):
    settings.TWILIO_AUTH_TOKEN = "otro"

    assert Account.objects.get().credentials().secret == "otro"


def test_it_follows_the_environment_with_its_senders(settings, sender):
    Account.objects.update(status="connected", quality="green")
    settings.TWILIO_ACCOUNT_SID = OTHER

    account = Account.objects.of_environment()

    assert (account.external_id, account.status, account.quality) == (OTHER, "pending", "unknown")
    assert Sender.objects.get().account == account


def test_it_stays_when_the_environment_names_an_account_that_is_entered_already(settings, south):
    settings.TWILIO_ACCOUNT_SID = south.external_id

    Account.objects.of_environment()

    assert Account.objects.filter(external_id=south.external_id).get() == south


def test_without_one_in_the_environment_a_sentence_says_what_to_set(settings):
    settings.TWILIO_ACCOUNT_SID = ""

    with pytest.raises(NotConfigured, match="Set TWILIO_ACCOUNT_SID"):
        Account.objects.of_environment().credentials()


def test_a_sender_without_an_account_is_of_the_environment_s(sender):
    assert sender.account.in_environment


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"access_token": ""}, "“Sur” has no token"),
        ({"token_expires_at": timezone.now()}, "The token of the account “Sur” has expired"),
    ],
)
def test_an_account_that_cannot_be_used_says_why(south, changes, sentence):
    for name, value in changes.items():
        setattr(south, name, value)

    with pytest.raises(NotConfigured, match=sentence):
        south.credentials()


def test_store_keeps_the_token_that_is_there_when_none_is_entered(south):
    accounts.store(south, by=SYSTEM)

    south.refresh_from_db()
    assert south.access_token.reveal() == "secreto"


def test_store_with_another_token_makes_the_account_untried(south):
    Account.objects.filter(pk=south.pk).update(status="error", status_reason="No")
    south.refresh_from_db()

    accounts.store(south, token="nuevo", by=SYSTEM)

    assert status_of(south) == ("pending", "")
    assert south.access_token.reveal() == "nuevo"


def test_the_log_of_operations_says_that_a_token_was_replaced_and_not_which(south):
    accounts.store(south, token="nuevo", by=SYSTEM)

    event = Event.objects.get()
    assert (event.action, event.after["token_replaced"]) == ("messaging.change_account", True)
    assert "nuevo" not in str(event.after)


def test_store_needs_the_permission(south, staff):
    with pytest.raises(PermissionDenied):
        accounts.store(south, token="nuevo", by=staff)


def test_switching_off_and_on_leaves_the_account_untried(south):
    assert (accounts.switch_off([south.pk], by=SYSTEM), status_of(south)[0]) == (1, "disconnected")
    assert accounts.switch_off([south.pk], by=SYSTEM) == 0
    assert (accounts.switch_on([south.pk], by=SYSTEM), status_of(south)[0]) == (1, "pending")
    assert Event.objects.count() == 2


def test_what_the_provider_says_does_not_switch_an_account_on(south):
    accounts.switch_off([south.pk], by=SYSTEM)

    moved = Account.objects.filter(pk=south.pk).advance(Account.Status.CONNECTED)

    assert (moved, status_of(south)[0]) == (0, "disconnected")


def test_refresh_finds_an_account_connected(simulator):
    account = Account.objects.get()

    assert accounts.refresh(account)
    assert status_of(account) == ("connected", "")
    assert account.last_synced_at is not None


def test_refresh_finds_an_account_suspended(simulate):
    simulate(account_status="suspended")
    account = Account.objects.get()

    accounts.refresh(account)

    assert status_of(account) == ("suspended", "The provider has closed the account.")


def test_refresh_finds_an_account_refused(simulator, south):
    accounts.refresh(south)

    assert status_of(south) == ("error", "The provider refuses the account id or the token.")


def test_refresh_says_nothing_of_an_account_when_the_provider_is_away(settings, south):
    settings.TWILIO_API_BASE_URL = "http://127.0.0.1:9"

    assert not accounts.refresh(south)
    assert status_of(south) == ("pending", "")


def test_each_account_is_asked_about_once_in_a_while(simulator, south):
    assert [refresh_accounts(), refresh_accounts()] == [
        "2 accounts answered",
        "0 accounts answered",
    ]


def test_check_integrity_names_an_account_whose_token_cannot_be_read(south, settings):
    settings.FIELD_ENCRYPTION_KEYS = ["dGVzdHMtbm90LXRlc3RzLW5vdC10ZXN0cy1ub3QtdGU="]

    [problem] = integrity_problems()

    assert problem.startswith("Sur: The stored credentials cannot be read")


def test_a_sender_of_another_business_needs_an_account_of_its_own(south, other_tenant):
    with in_tenant(other_tenant.pk), pytest.raises(Account.DoesNotExist):
        Sender.objects.create(name="Otra", channel="sms", address="+56221111111")
