from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from messaging.approvals import asking, jobs, syncing
from messaging.approvals.asking import ask
from messaging.approvals.jobs import sync_templates
from messaging.approvals.syncing import sync
from messaging.models import Account, Template, TemplateApproval
from messaging.texts.content import TemplateContent
from messaging.twilio.contents.api import TwilioTemplates
from tests.messaging.approvals.conftest import queued
from waproject.audit.models import Event
from waproject.tenants.scope import all_tenants

TYPES = {
    "twilio/card": {
        "title": "Hola {{1}}, ¿te sirve el {{2}} a las diez?",
        "subtitle": "Automotora",
        "actions": [
            {"type": "QUICK_REPLY", "title": "Sí", "id": "si-voy"},
            {"type": "URL", "title": "Ver", "url": "https://autos.example/{{3}}"},
        ],
    }
}
VARIABLES = {"1": "María", "2": "lunes", "3": "yaris"}


@pytest.fixture
def account(db) -> Account:
    return Account.objects.foremost()


@pytest.fixture
def simulator(simulate):
    return simulate(contents=())


def put(simulator, name="cita", status="approved", language="es", types=TYPES):
    """A template that somebody made at the provider."""
    content = simulator.contents.add(f"{name} (friendly)", language, types, VARIABLES)
    content.approval.name, content.approval.category = name, "UTILITY"
    simulator.contents.decide(content, status)
    return content


def test_what_exists_at_the_provider_is_imported(simulator, account):
    content = put(simulator)

    done = sync(account)

    template = Template.objects.get()
    assert (done.imported, template.name, template.status) == (1, "cita", "approved")
    assert (template.in_use, template.category) == (template.current, "utility")
    assert template.current.content_sid == content.sid
    imported = TemplateContent.of(template.current)
    assert (imported.body, imported.footer) == (TYPES["twilio/card"]["title"], "Automotora")
    assert [(one.type, one.text, one.value, one.suffix) for one in imported.buttons] == [
        ("quick_reply", "Sí", "", ""),
        ("url", "Ver", "https://autos.example/", "3"),
    ]
    assert imported.buttons[0].id == "si-voy"
    assert imported.variables["1"]["example"] == "María"
    assert template.current.provider_data == {"names": {"1": "1", "2": "2", "3": "3"}}


def test_an_import_is_logged_as_the_systems(simulator, account):
    put(simulator)

    sync(account)

    event = Event.objects.get(action="messaging.template_imported")
    assert (event.actor, event.object_text) == (None, "cita (es)")


def test_languages_are_templates_of_one_name(simulator, account):
    put(simulator)
    put(simulator, language="en")

    sync(account)

    assert [*Template.objects.values_list("name", "language")] == [("cita", "en"), ("cita", "es")]


def test_a_second_time_nothing_is_new(simulator, account):
    put(simulator)
    sync(account)

    done = sync(account)

    assert (done.seen, done.imported, done.moved, Template.objects.count()) == (1, 0, 0, 1)


def test_a_name_that_is_taken_here_is_told_apart(simulator, account, draft):
    content = put(simulator, name="aviso")

    sync(account)

    assert Template.objects.filter(name=f"aviso_{content.sid[-8:].lower()}").exists()


def test_a_status_is_followed(simulator, account):
    content = put(simulator)
    sync(account)
    simulator.contents.decide(content, "paused")

    done = sync(account)

    assert (done.moved, Template.objects.get().status) == (1, "paused")


def test_what_is_gone_is_asked_about_then_marked_and_not_deleted(simulator, account):
    content = put(simulator)
    sync(account)
    simulator.contents.remove(content.sid)

    assert (sync(account).missing, Template.objects.get().status) == (1, "approved")
    ask_about_what_is_due()

    assert Template.objects.get().status == "disabled"
    assert TemplateApproval.objects.get().gone_at is not None
    assert sync(account).missing == 0


def test_what_a_list_lacks_and_the_provider_has_stays(simulator, account, monkeypatch):
    put(simulator)
    sync(account)
    monkeypatch.setattr(TwilioTemplates, "list", cut_short)

    assert sync(account).missing == 1
    ask_about_what_is_due()

    approval = TemplateApproval.objects.get()
    assert (approval.status, approval.gone_at, Template.objects.get().status) == (
        "approved",
        None,
        "approved",
    )


async def cut_short(self):
    """A list that ends before its first template."""
    for nothing in ():
        yield nothing


def ask_about_what_is_due():
    """Do what the supervisors and the queue do about versions that are to be asked about."""
    with all_tenants():
        assert asking.queue_due(at_once=True) == 1
    ask(TemplateApproval.objects.values_list("version", flat=True))


def test_what_was_never_submitted_is_left_there(simulator, account):
    put(simulator, status="unsubmitted")

    assert (sync(account).imported, Template.objects.count()) == (0, 0)


def test_a_kind_that_is_unknown_here_is_counted(simulator, account):
    put(simulator, types={"twilio/location": {"latitude": 1, "longitude": 2}})

    assert (sync(account).unfit, Template.objects.count()) == (1, 0)


@pytest.mark.parametrize(
    "parts",
    [
        {"media": [f"https://autos.example/{'a' * 1000}.jpg"]},
        {"subtitle": "a" * 201},
    ],
)
def test_what_is_longer_than_it_can_be_kept_here_is_counted(simulator, account, parts):
    put(simulator, types={"twilio/card": {**TYPES["twilio/card"], **parts}})

    assert (sync(account).unfit, Template.objects.count()) == (1, 0)


def test_a_long_name_is_cut(simulator, account):
    put(simulator, name="a" * 600)

    sync(account)

    assert len(Template.objects.get().name) == 100
    assert len(TemplateApproval.objects.get().submitted_name) == 512


def test_one_template_that_goes_wrong_holds_up_no_other(simulator, account, monkeypatch, caplog):
    put(simulator, name="primera")
    put(simulator, name="segunda")
    person = "María"

    def fail(account, remote):
        if remote.name == "segunda":
            raise ValueError(person)
        return remote.name

    monkeypatch.setattr(syncing, "_free_name", fail)

    done = sync(account)

    assert (done.failed, done.imported, Template.objects.get().name) == (1, 1, "primera")
    assert "ValueError" in caplog.text
    assert person not in caplog.text


def test_what_another_sync_imported_meanwhile_is_not_imported_twice(
    simulator, account, monkeypatch
):
    put(simulator)
    monkeypatch.setattr(syncing, "_known", lambda account: {})  # both read it before the import
    sync(account)

    done = sync(account)

    assert (done.imported, Template.objects.count()) == (0, 1)


def test_the_tick_queues_a_job_for_each_account_every_few_hours(simulator, account):
    Account.objects.create(name="Otra", external_id="AC" + "2" * 32, access_token="secreto")

    assert (sync_templates(), queued()) == ("2 queued", ["sync", "sync"])
    assert sync_templates() == "0 queued"
    with time_machine.travel(timezone.now() + timedelta(hours=5)):
        assert sync_templates() == "2 queued"


def test_an_account_that_is_switched_off_is_not_asked(account):
    Account.objects.update(status="disconnected")

    assert sync_templates() == "0 queued"


def test_a_provider_that_is_away_changes_nothing_and_is_asked_again_soon(
    settings, account, template
):
    settings.TWILIO_CONTENT_BASE_URL = "http://127.0.0.1:9"

    assert jobs.sync(account.pk) == "not synced: ProviderUnavailable"

    assert Template.objects.get().status == "approved"
    assert sync_templates() == "0 queued"
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        assert sync_templates() == "1 queued"
