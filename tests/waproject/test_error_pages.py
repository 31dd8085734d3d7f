"""The pages of what is missing or not permitted, in the reader's language and with a way back."""

import re

import pytest
from django.core.cache import caches
from django.db import OperationalError
from django.template.loader import render_to_string
from django.test import Client

from tests.factories.users import as_role, with_rights
from waproject.accounts.models import User
from waproject.audit.models import Event
from waproject.site import refused_doors
from waproject.tenants.operations import create_tenant
from waproject.tenants.scope import in_tenant

SPANISH = {"Accept-Language": "es"}


@pytest.mark.parametrize(("language", "title"), [("en", "Not found"), ("es", "No encontrada")])
def test_missing_page_says_so_and_leads_back(admin_client, language, title):
    page = admin_client.get("/nowhere/", headers={"Accept-Language": language})

    assert page.status_code == 404
    assert f"<h1>{title}</h1>" in page.text
    assert 'href="/admin/"' in page.text


@pytest.fixture
def givers(db) -> None:
    """Ana may give every role, Beto was suspended, Caro gives none; Dana gives them elsewhere."""
    as_role(User.objects.create_user("ana", first_name="Ana", last_name="Rojas"), "admin")
    suspended = as_role(User.objects.create_user("beto"), "admin")
    suspended.set_status("suspended")
    suspended.save()
    as_role(User.objects.create_user("caro"), "manager")
    with in_tenant(create_tenant(name="Otra", slug="otra").pk):
        as_role(User.objects.create_user("dana"), "admin")


def test_refused_page_says_what_is_lacking_and_who_can_give_it(client, staff, givers):
    client.force_login(staff)

    page = client.get("/admin/campaigns/campaign/", headers=SPANISH)

    assert page.status_code == 403
    assert "<h1>Sin permiso</h1>" in page.text
    assert "Al rol propio le falta este permiso: Campañas: Ver." in page.text
    assert [user.username for user in page.context["way_out"].people] == ["ana"]
    assert "<li>Ana Rojas</li>" in page.text
    assert "Superadministrador, Administrador, Gerente, Agente, Analista, Lector" in page.text


def test_refusal_is_one_event_however_often_it_is_tried(client, staff):
    caches["process"].clear()
    client.force_login(staff)

    for _time in range(3):
        client.get("/admin/campaigns/campaign/")
    client.get("/admin/accounts/user/")

    told = Event.objects.filter(action="site.refused").order_by("pk")
    assert [(event.actor, event.after) for event in told] == [
        (staff, {"page": "admin:campaigns_campaign_changelist", "rights": ["campaigns.view"]}),
        (staff, {"page": "admin:accounts_user_changelist", "rights": ["users.read"]}),
    ]


def test_refusals_of_one_user_fill_no_log(client, staff, monkeypatch):
    caches["process"].clear()
    monkeypatch.setattr(refused_doors, "MOST", 2)
    client.force_login(staff)

    for page in ("campaigns/campaign", "accounts/user", "contacts/contact", "contacts/tag"):
        client.get(f"/admin/{page}/")

    assert Event.objects.filter(action="site.refused").count() == 2


def test_refusal_of_a_stranger_is_no_event(client, db):
    client.get("/admin/campaigns/campaign/")

    assert not Event.objects.exists()


@pytest.mark.parametrize(
    ("method", "path", "lacks"),
    [
        ("get", "contacts/tag/add/", "Contactos: Administrar etiquetas"),
        ("get", "audit/event/", "Registro de operaciones: Ver"),
        ("get", "contacts/contact/import/", "Contactos: Importar"),
        ("get", "messaging/account/", "Remitentes y cuentas: Ver cuentas de proveedores"),
    ],
)
def test_each_page_says_what_it_asks_for(client, staff, method, path, lacks):
    client.force_login(staff)

    page = getattr(client, method)(f"/admin/{path}", headers=SPANISH)

    assert (page.status_code, lacks in page.text) == (403, True)


def test_page_of_the_operator_says_that_no_role_has_it(client, staff, givers):
    client.force_login(staff)

    page = client.get("/admin/django_q/failure/", headers=SPANISH)

    assert "los permisos de quien opera esta instalación" in page.text
    assert "Lo puede dar quien opera esta instalación." in page.text
    assert page.context["way_out"].people == []


def test_who_gives_roles_is_named_only_with_the_right_itself(client, staff, givers):
    with_rights(User.objects.create_user("eva"), ["users.assign_roles"])
    client.force_login(staff)

    page = client.get("/admin/campaigns/campaign/", headers=SPANISH)

    assert [user.username for user in page.context["way_out"].people] == ["ana"]


def test_form_of_another_session_is_refused_in_words(superuser):
    client = Client(enforce_csrf_checks=True)
    client.force_login(superuser)

    page = client.post("/admin/contacts/tag/add/", {}, headers={"Accept-Language": "es"})

    assert page.status_code == 403
    assert "<h1>Este formulario quedó desactualizado</h1>" in page.text


def test_error_of_ours_is_said_in_words_without_the_database(boss, monkeypatch):
    def fail(*_arguments):
        raise OperationalError("The database is gone.")

    boss.raise_request_exception = False
    monkeypatch.setattr("django.contrib.auth.middleware.get_user", fail)

    page = boss.get("/admin/", headers={"Accept-Language": "es"})

    assert page.status_code == 500
    assert "<h1>Algo falló</h1>" in page.text


def test_request_that_is_no_request_is_refused_in_words(client):
    page = client.get("/admin/", headers={"Host": "elsewhere.example", "Accept-Language": "en"})

    assert page.status_code == 400
    assert "<h1>Not understood</h1>" in page.text


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "429", "500"])
def test_pages_about_errors_have_no_style_and_no_script_within(name):
    page = render_to_string(f"{name}.html", {"minutes": 5})

    assert re.findall(r"<style|<script(?! src)| style=| on\w+=", page) == []
