from contextvars import Context

import pytest
from django.core.management import CommandError, call_command

from waproject.audit.models import Event
from waproject.tenants.commands import tenant_of
from waproject.tenants.models import Tenant
from waproject.tenants.scope import all_tenants

pytestmark = pytest.mark.django_db


def test_a_command_works_for_the_only_business(tenant):
    assert Context().run(tenant_of, None) == tenant.pk


def test_a_command_works_for_the_business_that_is_named(other_tenant):
    assert tenant_of("otra") == other_tenant.pk


def test_a_command_asks_which_business_where_there_are_several(other_tenant):
    with pytest.raises(CommandError, match=r"name one with --tenant: main, otra\."):
        Context().run(tenant_of, None)


def test_a_command_says_which_businesses_exist():
    with pytest.raises(CommandError, match=r"no business otra\. These exist: main\."):
        tenant_of("otra")


def test_a_command_says_that_there_is_no_business_yet():
    Tenant.objects.all()._raw_delete("default")

    with pytest.raises(CommandError, match="migrate"):
        Context().run(tenant_of, None)


@pytest.mark.only_on("sqlite")  # the failed query would end PostgreSQL's transaction
def test_a_command_says_that_the_database_has_no_tables_yet(monkeypatch):
    monkeypatch.setattr(Tenant._meta, "db_table", "not_made_yet")

    with pytest.raises(CommandError, match="no tables yet"):
        Context().run(tenant_of, None)


def test_tenant_create_makes_a_business_and_tenant_list_names_them(capsys):
    call_command("tenant", "create", "otra", "Otra automotora")
    call_command("tenant", "list")

    assert capsys.readouterr().out.splitlines()[1:] == [
        f"main\t{Tenant.objects.first()}",
        "otra\tOtra automotora",
    ]


@pytest.mark.parametrize("slug", ["main", "no slug"])
def test_tenant_create_refuses_a_short_name_that_is_taken_or_none(slug):
    with pytest.raises(CommandError):
        call_command("tenant", "create", slug, "Otra")

    assert Tenant.objects.count() == 1


def test_each_business_reads_in_its_log_what_the_operator_did_with_it(tenant):
    call_command("tenant", "create", "otra", "Otra automotora")
    call_command("tenant", "list")

    other = Tenant.objects.get(slug="otra")
    with all_tenants():
        events = Event.objects.order_by("tenant", "pk")
        rows = list(events.values_list("tenant", "action", "object_id", "object_text", "origin"))
    here = "command tenant"
    assert rows == [
        (tenant.pk, "tenants.list", str(tenant.pk), tenant.name, here),
        (other.pk, "tenants.create", str(other.pk), "Otra automotora", here),
        (other.pk, "tenants.list", str(other.pk), "Otra automotora", here),
    ]


def test_a_business_that_cannot_be_made_leaves_no_event():
    with pytest.raises(CommandError):
        call_command("tenant", "create", "main", "Otra")

    assert Event.objects.count() == 0
