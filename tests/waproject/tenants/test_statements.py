"""The walks of the code beside another business with the very same rows: PostgreSQL alone."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.utils import timezone

from campaigns.models import Campaign, Recipient
from campaigns.operations import cancel, close, launch, retry_failed
from campaigns.reports.catalogue import REPORTS
from contacts.imports.operations import start_import
from contacts.merging import merge
from contacts.models import Contact
from messaging.answers import answer
from messaging.delivery import jobs
from messaging.inbox.models import Round
from messaging.models import Account, Conversation, Sender
from tests.factories.people import add_address
from tests.messaging.conftest import arrival, post, sid, write  # noqa: F401
from tests.waproject import access
from tests.waproject.tenants.businesses import PHONES, make_business, make_other_business
from tests.waproject.tenants.statements import Statements, tried_without_policies
from waproject.accounts import permissions
from waproject.accounts.actors import SYSTEM
from waproject.core.jobs.operations import run as run_job
from waproject.tenants.scope import in_tenant
from waproject.workers import tick

pytestmark = pytest.mark.django_db


@pytest.fixture
def ours(other_tenant) -> None:
    """Two businesses with the same rows, and the scope of the first."""
    make_other_business(other_tenant)
    Account.objects.of_environment()
    make_business()


def same_rows(seen: Statements, *, at_least: int) -> None:
    assert seen.differing == []
    assert sum(count > 0 for count in seen.counts) >= at_least


def test_a_statement_that_names_no_business_is_found(ours):
    with tried_without_policies() as seen, connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM contacts")
        cursor.execute("UPDATE vehicles SET make = 'Kia'")

    assert [line.partition(":")[0] for line in seen.differing] == [
        "['(14,)'] without policies, ['(7,)'] with",
        "2 without policies, 1 with",
    ]


def test_launch_and_what_stops_it(ours):
    draft = Campaign.objects.get(name="Borrador")

    with tried_without_policies() as seen:
        launch(draft.pk, by=SYSTEM, accept_warnings=True)
        cancel(draft.pk, by=SYSTEM)

    same_rows(seen, at_least=20)


def test_sending_to_the_end_and_the_tick(ours, simulator, settings):
    settings.RECONCILE_AFTER_SECONDS = 0.05

    with tried_without_policies() as seen:
        jobs.send_from(Sender.objects.get().pk)
        tick.run_all()

    assert len(simulator.journal) == 2
    same_rows(seen, at_least=30)


def test_what_people_write_and_the_provider_reports(ours, post, write):  # noqa: F811
    with tried_without_policies() as seen:
        post("/twilio/status", MessageSid=sid(0), MessageStatus="read")
        post("/twilio/status", MessageSid=sid(1), MessageStatus="failed", ErrorCode="63024")
        post("/twilio/status", MessageSid=sid(99), MessageStatus="sent")
        write("INFO", number=7)
        write("BAJA", number=8)
        write("Hola", number=9, From="whatsapp:CL.7")

    same_rows(seen, at_least=50)


def test_an_answer_of_staff(ours, simulator):
    talk = Conversation.objects.order_by("pk")[0]

    with tried_without_policies() as seen:
        answer(talk.pk, "Aquí estoy.", by=SYSTEM)
        jobs.send_from(talk.sender_id)

    assert simulator.journal[0]["body"] == "Aquí estoy."
    same_rows(seen, at_least=30)


def test_an_import(ours, private_files):
    lines = f"telefono,nombre,marca,etiquetas\n{PHONES[0]},Ana,Kia,vip\n+56975409999,Eva,Kia,vip\n"

    with tried_without_policies() as seen:
        imported = start_import(
            ContentFile(lines.encode()), "lista.csv", {"region": "CL"}, by=SYSTEM
        )
        run_job(imported.job_id)

    imported.refresh_from_db()
    assert (imported.created_count, imported.failed_count) == (1, 0)
    same_rows(seen, at_least=15)


def test_every_report(ours, superuser):
    now = timezone.now()
    Round.objects.create(
        began_at=now - timedelta(hours=1),
        answered_at=now,
        answered_by=superuser,
        resolved_at=now,
        resolved_by=superuser,
    )
    with tried_without_policies() as seen:
        rows = [list(report.function()) for report in REPORTS.values()]

    assert all(rows)
    same_rows(seen, at_least=len(REPORTS))


def test_two_contacts_become_one(ours):
    kept, gone = Contact.objects.filter(phone__in=PHONES[:2]).order_by("pk")
    add_address(gone, "CL.8")

    with tried_without_policies() as seen:
        merge(kept.pk, gone.pk, by=SYSTEM)

    same_rows(seen, at_least=20)


def test_trying_again_and_closing(ours):
    sent = Campaign.objects.get(name="Enviada")
    failed, closed = sent.recipients.filter(status="sent").order_by("pk")[:2]
    Recipient.objects.filter(pk=failed.pk).update(status="failed", error_code="63016")

    with tried_without_policies() as seen:
        retry_failed(sent.pk, by=SYSTEM)
        close([closed.pk], by=SYSTEM)

    same_rows(seen, at_least=7)


@pytest.mark.slow
def test_every_page(other_tenant):
    access.browser.cache_clear()
    with in_tenant(other_tenant.pk):
        Account.objects.create(name="Otra", external_id="AC" + "1" * 32, access_token="suyo")
        access.make_rows_of_business()
    rows = access.make_rows()
    client = access.browser(frozenset(permissions.rights()), is_superuser=True)
    parts = access.configured()

    with tried_without_policies() as seen:
        for page in access.pages():
            access.let_through(client, "get", access.address(page, parts[page.name], rows))

    same_rows(seen, at_least=500)
