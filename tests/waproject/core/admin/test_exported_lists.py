"""Every list that can be exported is written, at once and by the background worker."""

import csv
import io
from typing import Any

import pytest
from django.contrib import admin
from django.core.files.storage import default_storage
from django.urls import reverse

from tests.waproject.access import make_rows
from waproject.core.admin.exporting import ExportPages
from waproject.core.exports.sources import Wish
from waproject.core.exports.work import start_export
from waproject.core.jobs.tasks import run_job

pytestmark = pytest.mark.django_db

EXPORTED: dict[str, Any] = {
    model._meta.label_lower: page
    for model, page in admin.site._registry.items()
    if isinstance(page, ExportPages)
}


def columns_of(page: Any) -> list[str]:
    (resource,) = page.get_export_resource_classes(None)
    return list(resource._meta.fields)


@pytest.mark.parametrize("label", EXPORTED)
def test_list_is_exported_with_all_its_columns(admin_client, label):
    make_rows()
    page = EXPORTED[label]
    (resource,) = page.get_export_resource_classes(None)
    chosen = {f"{resource.__name__.lower()}_{name}": "on" for name in columns_of(page)}
    url = reverse(f"admin:{label.replace('.', '_')}_export")

    answer = admin_client.post(url, {"format": "0", "resource": "0", **chosen})

    titles, *rows = csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""))
    assert len(titles) == len(columns_of(page))
    assert rows


@pytest.mark.parametrize("label", EXPORTED)
def test_list_is_exported_in_the_background(superuser, label):
    make_rows()

    job = start_export(Wish("list", label), "lista.xlsx", by=superuser)
    run_job(job.pk)

    job.refresh_from_db()
    assert (job.state, default_storage.size(job.stored_as) > 0) == ("completed", True)


def test_a_format_is_chosen_beforehand(admin_client):
    form = admin_client.get(reverse("admin:contacts_tag_export")).context["form"]

    assert form.fields["format"].choices == [("0", "CSV"), ("1", "Excel")]
