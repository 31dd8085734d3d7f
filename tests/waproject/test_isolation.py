"""Every page of the site, asked by one business for the rows of another."""

import logging
from collections.abc import Iterator

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from contacts.models import Contact
from messaging.models import Account
from optouts.models import OptOut
from tests.waproject import access
from tests.waproject.access import address, browser, let_through
from tests.waproject.access_table import MODELS
from tests.waproject.action_table import ACTIONS
from waproject.accounts import permissions
from waproject.tenants.operations import create_tenant
from waproject.tenants.policies import belongs_to_tenant
from waproject.tenants.scope import all_tenants, in_tenant

pytestmark = pytest.mark.django_db

THEIRS = (access.NAME, access.PHONE, access.TEXT)


@pytest.fixture
def theirs(monkeypatch) -> Iterator[dict]:
    """One row of each model that has pages, of another business; by the model's label."""
    monkeypatch.setattr(admin.site, "enable_nav_sidebar", False)
    logging.disable(logging.ERROR)
    access.browser.cache_clear()
    other = create_tenant(name="Otra", slug="otra")
    with in_tenant(other.pk):
        Account.objects.create(name="Otra", external_id="AC" + "1" * 32)
        rows = access.make_rows()
    yield rows
    access.browser.cache_clear()
    logging.disable(logging.NOTSET)


@pytest.fixture
def ours(theirs, tenant) -> Client:
    """The browser of somebody of the first business who may do everything there."""
    return browser(frozenset(permissions.rights()))


def test_no_page_shows_a_row_of_another_business(theirs, ours):
    parts = access.configured()

    wrong = []
    for page in access.pages():
        url = address(page, parts[page.name], theirs)
        for method in ("get", "post"):
            _opened, status, body = let_through(ours, method, url)
            shown = [one for one in THEIRS if one in body]
            if shown or status == 500:
                wrong.append(f"{method} {url}: {status} {shown}")

    assert not wrong, "\n".join(wrong)


def test_no_page_of_one_row_opens_for_another_business(theirs, ours):
    kinds = ("change", "history", "delete")
    rows = [(label, theirs[label]) for label in MODELS if belongs_to_tenant(type(theirs[label]))]

    opened = []
    for label, row in rows:
        for kind in kinds:
            url = reverse(f"admin:{label.replace('.', '_')}_{kind}", args=[row.pk])
            response = ours.get(url)
            # The admin leads back to its first page when there is no such row.
            if (
                response.status_code == 200
                or response.headers.get("Location", "/admin/") != "/admin/"
            ):
                opened.append(f"{url}: {response.status_code}")

    assert len(rows) > 10
    assert opened == []


def test_no_action_of_a_list_touches_a_row_of_another_business(theirs, ours):
    rows = {label: row for label, row in theirs.items() if belongs_to_tenant(type(row))}
    with all_tenants():
        before = {label: _values(row) for label, row in rows.items()}

    for label, actions in ACTIONS.items():
        url = reverse(f"admin:{label.replace('.', '_')}_changelist")
        for name in actions:
            posted = {"action": name, "_selected_action": [theirs[label].pk], "post": "yes"}
            ours.post(url, posted | {"select_across": "1"})

    with all_tenants():
        after = {
            label: _values(row) for label, row in theirs.items() if belongs_to_tenant(type(row))
        }
    assert after == {label: before[label] for label in after}


def _values(row) -> dict:
    return type(row)._base_manager.filter(pk=row.pk).values().get()


def test_searches_offer_nobody_of_another_business(theirs, ours):
    url = reverse("admin:autocomplete")
    field = {"app_label": "contacts", "model_name": "vehicle", "field_name": "contact"}

    answer = ours.get(url, {**field, "term": access.PHONE})

    assert (answer.status_code, answer.json()["results"]) == (200, [])


def test_two_businesses_may_know_the_same_phone(theirs, tenant):
    with all_tenants():
        their_opt_outs = OptOut.objects.count()
    ours = Contact.objects.create(phone=access.PHONE, name="Nuestra")

    assert ours.status == "active"
    assert (OptOut.objects.count(), their_opt_outs) == (0, 1)
