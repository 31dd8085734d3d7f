"""The pages of accounts: what is entered there is never shown again."""

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.urls import reverse
from django.views.debug import ExceptionReporter

from messaging import accounts
from messaging.models import Account
from waproject.audit.models import Event
from waproject.tenants.operations import create_tenant
from waproject.tenants.scope import in_tenant

pytestmark = pytest.mark.django_db
SOUTH = "AC" + "7" * 32


def page(name: str, *args: int) -> str:
    return reverse(f"admin:messaging_account_{name}", args=args)


def given(**changes: str) -> dict[str, str]:
    values = {"name": "Sur", "provider": "twilio", "external_id": SOUTH, "token": "secreto"}
    return {**values, "quality": "unknown", "tier": "unknown", **changes}


@pytest.fixture
def south(boss) -> Account:
    """An account that was entered on its page."""
    assert boss.post(page("add"), given()).status_code == 302
    return Account.objects.get(external_id=SOUTH)


def test_what_is_entered_can_be_used(south):
    assert south.credentials().secret == "secreto"


def test_neither_page_nor_history_nor_event_shows_the_token(boss, south):
    boss.post(page("change", south.pk), given(token="otro-secreto"))

    shown = boss.get(page("change", south.pk)).content.decode()
    shown += boss.get(page("changelist")).content.decode()
    shown += boss.get(page("history", south.pk)).content.decode()
    shown += str([*Event.objects.values("after"), *LogEntry.objects.values("change_message")])
    assert "secreto" not in shown
    assert south.access_token.token not in shown


@pytest.mark.parametrize("secret", ["token", "verify_token"])
def test_a_report_of_an_error_does_not_show_what_was_typed(boss, secret, settings):
    settings.DEBUG = False
    request = boss.post(page("add"), given(**{secret: "muy-secreto"})).wsgi_request

    shown = ExceptionReporter(request, ValueError, ValueError(), None).get_traceback_text()
    assert ("muy-secreto" in shown, "Sur" in shown) == (False, True)


def test_a_page_that_was_refused_does_not_repeat_the_token(boss):
    response = boss.post(page("add"), given(name=""))

    assert response.status_code == 200
    assert "secreto" not in response.content.decode()


def test_an_empty_token_leaves_the_one_that_is_there(boss, south):
    boss.post(page("change", south.pk), given(name="Sur y más", token=""))

    south.refresh_from_db()
    assert (south.name, south.credentials().secret) == ("Sur y más", "secreto")


def test_the_account_of_the_environment_has_no_token_to_enter_and_stays(boss):
    main = Account.objects.get()

    fields = boss.get(page("change", main.pk)).context["adminform"].form.fields
    answer = boss.post(page("delete", main.pk), {"post": "yes"})

    assert not {"token", "verify_token", "external_id", "provider"} & {*fields}
    assert (answer.status_code, Account.objects.count()) == (403, 1)


def test_the_account_of_the_environment_stays_when_many_are_deleted(boss, south):
    chosen = {"_selected_action": [*Account.objects.values_list("pk", flat=True)]}

    boss.post(page("changelist"), {"action": "delete_selected", "post": "yes", **chosen})

    assert Account.objects.count() == 2


def test_an_id_that_another_business_has_is_refused(boss):
    other = create_tenant(name="Otra automotora", slug="otra")
    with in_tenant(other.pk):
        Account.objects.create(name="Ajena", external_id=SOUTH)

    response = boss.post(page("add"), given())

    errors = response.context["adminform"].form.errors
    assert errors == {"external_id": ["There is already an account with this id."]}


def test_the_list_switches_accounts_off(boss, south):
    boss.post(page("changelist"), {"action": "switch_off", "_selected_action": [south.pk]})

    south.refresh_from_db()
    assert south.status == "disconnected"


def test_an_id_of_another_form_is_refused(boss):
    response = boss.post(page("add"), given(external_id="7"))

    errors = response.context["adminform"].form.errors
    assert errors == {"external_id": ["An account id is AC followed by 32 hexadecimal digits."]}


def test_the_provider_is_asked_when_the_account_is_stored(boss, monkeypatch):
    """No transaction waits for the network."""
    outside = len(connection.savepoint_ids)
    asked = []
    monkeypatch.setattr(accounts, "refresh", lambda _one: asked.append(connection.savepoint_ids))

    boss.post(page("add"), given())

    assert [len(open_ones) for open_ones in asked] == [outside]
