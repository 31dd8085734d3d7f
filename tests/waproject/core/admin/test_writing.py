"""Pages of rows that jobs write too: what came meanwhile stands."""

from contextlib import contextmanager

import pytest
from django.db.models import Model
from django.db.models.signals import pre_save
from django.test import Client
from django.urls import reverse

from contacts.models import Contact
from messaging.files.models import StoredFile
from messaging.models import Account, Sender, Template
from tests.factories.files import stored_file
from tests.waproject.core.admin.forms import posted


@pytest.fixture
def boss(client: Client, superuser) -> Client:
    client.force_login(superuser)
    return client


@contextmanager
def written_meanwhile(row: Model, **columns: object):
    """A job writes these columns after the page has read the row, and before it saves."""

    def write(sender: type[Model], instance: Model, **_more: object) -> None:
        if instance.pk == row.pk:
            sender._base_manager.filter(pk=row.pk).update(**columns)

    pre_save.connect(write, sender=type(row))
    yield
    pre_save.disconnect(write, sender=type(row))


def change(boss: Client, row: Model, name: str = "change", /, **changes: object) -> None:
    meta = row._meta
    page = reverse(f"admin:{meta.app_label}_{meta.model_name}_{name}", args=[row.pk])
    form = posted(boss.get(page).content.decode())
    assert boss.post(page, {**form, **changes}).status_code == 302


def test_status_of_a_template_stands(boss, template):
    with written_meanwhile(template, status=Template.Status.REJECTED):
        change(boss, template, body="Hola {{nombre}}, tu auto te espera desde hoy.")

    template.refresh_from_db()
    assert (template.status, template.current.number) == ("rejected", 2)


def test_quality_and_first_use_of_a_sender_stand(boss, sender):
    with written_meanwhile(sender, quality="yellow", next_slot=7.5):
        change(boss, sender, name="Ventas Maipú")

    found = Sender.objects.values_list("name", "quality", "next_slot")
    assert [*found] == [("Ventas Maipú", "yellow", 7.5)]


def test_opt_out_of_a_person_stands(boss, contact):
    with written_meanwhile(contact, status="opted_out"):
        change(boss, contact, "edit", name="Ana Soto")

    assert [*Contact.objects.values_list("name", "status")] == [("Ana Soto", "opted_out")]


def test_place_of_a_file_that_was_moved_stands(boss, contact):
    row = stored_file(contact)

    with written_meanwhile(row, file_path="elsewhere/a.jpg", accessed_count=7):
        change(boss, row, retention_days=30)

    found = StoredFile.objects.values_list("retention_days", "file_path", "accessed_count")
    assert [*found] == [(30, "elsewhere/a.jpg", 7)]


def test_state_of_an_account_stands(boss, db):
    account = Account.objects.get()

    with written_meanwhile(account, status="suspended"):
        change(boss, account, name="Principal")

    assert [*Account.objects.values_list("name", "status")] == [("Principal", "suspended")]
