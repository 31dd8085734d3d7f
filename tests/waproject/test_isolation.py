"""Every page of the site, asked by one business for the rows of another."""

import logging
from collections.abc import Iterator

import pytest
from django.contrib import admin
from django.db.models import ForeignKey, ManyToManyField, Model
from django.test import Client
from django.urls import reverse

from campaigns.reports.catalogue import REPORTS
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
    fields = [
        {
            "app_label": model._meta.app_label,
            "model_name": model._meta.model_name,
            "field_name": one,
        }
        for model, page in admin.site._registry.items()
        for one in page.autocomplete_fields
    ]

    answers = [ours.get(url, {**field, "term": ""}) for field in fields]

    assert len(fields) >= 2
    assert [(one.status_code, one.json()["results"]) for one in answers] == [(200, [])] * len(
        fields
    )


@pytest.mark.filterwarnings("ignore:The 'get_valid_export_item_pks")
def test_no_export_holds_a_row_of_another_business(theirs, ours):
    pages = {model: page for model, page in admin.site._registry.items() if has_export(page)}

    rows = {model._meta.label: rows_of_export(ours, page, theirs) for model, page in pages.items()}

    del rows["audit.Event"]  # each export leaves an event of ours
    assert len(rows) > 8
    assert set(rows.values()) == {0}


def has_export(page: admin.ModelAdmin) -> bool:
    return hasattr(page, "get_export_resource_classes")


def rows_of_export(browser: Client, page: admin.ModelAdmin, theirs: dict) -> int:
    """How many rows the file of a list has. Asked for a row of theirs there is no file."""
    (resource,) = page.get_export_resource_classes(None)
    url = reverse(f"admin:{page.opts.app_label}_{page.opts.model_name}_export")
    columns = {f"{resource.__name__.lower()}_{name}": "on" for name in resource._meta.fields}
    asked = {"format": "0", "resource": "0", **columns}

    named = browser.post(url, {**asked, "export_items": [theirs[page.opts.label_lower].pk]})
    answer = browser.post(url, asked)

    text = answer.content.decode("utf-8-sig")
    assert answer.headers["Content-Type"].startswith("text/csv"), url
    assert [one for one in THEIRS if one in text or one in named.content.decode()] == [], url
    return len(text.splitlines()) - 1


def test_reports_say_the_same_beside_another_business(request, tenant):
    Contact.objects.create(phone=access.PHONE).vehicles.create(make="Kia", model="Rio", year=2020)
    alone = {name: list(report.function()) for name, report in REPORTS.items()}

    request.getfixturevalue("theirs")

    assert {name: list(report.function()) for name, report in REPORTS.items()} == alone


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("form", ["", "json"])
def test_no_report_is_of_a_campaign_of_another_business(theirs, ours, name, form):
    url = reverse("admin:report", args=[name])

    answer = ours.get(url, {"campaign": theirs["campaigns.campaign"].pk, "format": form})

    body = answer.content.decode()
    assert answer.status_code == 200
    assert [one for one in (*THEIRS, theirs["campaigns.campaign"].name) if one in body] == []


def test_no_list_is_filtered_by_a_row_of_another_business(theirs, ours):
    shown = []
    for model in admin.site._registry:
        url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        for name, pk in references(model, theirs):
            for lookup in (name, f"{name}__id__exact"):
                body = ours.get(url, {lookup: pk}, follow=True).content.decode()
                shown += [f"{url}?{lookup}: {one}" for one in THEIRS if one in body]

    assert shown == []


def references(model: type[Model], theirs: dict) -> list[tuple[str, int]]:
    """The fields of a model that lead to a row of theirs, each with its number."""
    fields = [
        one for one in model._meta.get_fields() if isinstance(one, ForeignKey | ManyToManyField)
    ]
    labels = {one.name: one.related_model._meta.label_lower for one in fields}
    return [(name, theirs[label].pk) for name, label in labels.items() if label in theirs]


def test_two_businesses_may_know_the_same_phone(theirs, tenant):
    with all_tenants():
        their_opt_outs = OptOut.objects.count()
    ours = Contact.objects.create(phone=access.PHONE, name="Nuestra")

    assert ours.status == "active"
    assert (OptOut.objects.count(), their_opt_outs) == (0, 1)
