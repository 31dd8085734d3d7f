"""The page of a template: a row for each placeholder, and the preview."""

import pytest
from django.test import Client
from django.urls import reverse

from contacts.models import Vehicle
from messaging.admin.templates.forms import TemplateForm
from messaging.models import Template, TemplateVersion
from messaging.texts.loose_placeholders import loose_sentences
from tests.factories.users import permit_only
from waproject.accounts.models import User

BODY = "Hola {{nombre}}, ven a la sucursal {{sucursal}} cuando quieras."
PREVIEW = reverse("admin:messaging_template_preview")


def filled(**changes: str) -> dict[str, str]:
    form = {
        "name": "promo",
        "language": "es",
        "category": "marketing",
        "body": BODY,
    }
    return {**form, **changes}


@pytest.fixture
def boss(client: Client, superuser: User) -> Client:
    client.force_login(superuser)
    return client


def test_form_has_a_row_for_each_placeholder_with_the_source_of_its_name(db):
    form = TemplateForm(instance=Template(current=TemplateVersion(body=BODY)))

    assert [
        (row.placeholder, row.initial["source"], row.initial["field"]) for row in form.rows
    ] == [
        ("nombre", "contact.first_name", ""),
        ("sucursal", "custom", "sucursal"),
    ]


def test_form_stores_what_the_rows_say(boss):
    boss.post(
        reverse("admin:messaging_template_add"),
        filled(
            **{
                "variable-nombre-source": "contact.name",
                "variable-nombre-fallback": "  estimado   cliente ",
                "variable-sucursal-source": "custom",
                "variable-sucursal-field": "Local",
            }
        ),
    )

    plain = {"type": "text", "required": True, "fallback": ""}
    assert TemplateVersion.objects.get().variables == {
        "nombre": {
            "source": "contact.name",
            "fallback": "estimado cliente",
            "type": "text",
            "example": "Antonia",
            "required": False,
        },
        "sucursal": {**plain, "source": "custom.Local", "example": ""},
    }


def test_form_stores_the_default_sources_where_no_rows_came(boss):
    boss.post(reverse("admin:messaging_template_add"), filled())

    plain = {"type": "text", "required": True, "fallback": ""}
    assert TemplateVersion.objects.get().variables == {
        "nombre": {**plain, "source": "contact.first_name", "example": "Antonia"},
        "sucursal": {**plain, "source": "custom.sucursal", "example": ""},
    }


def test_form_forgets_placeholders_that_left_the_text(db):
    text = TemplateVersion(body=BODY, variables={"viejo": {"source": "contact.name"}})
    stored = Template(current=text)

    form = TemplateForm(filled(body="Hola {{nombre}}, ven"), instance=stored)

    assert form.is_valid() is True
    assert list(form.content.variables) == ["nombre"]


@pytest.mark.parametrize(
    "row",
    [
        {"variable-nombre-source": "contact.password"},
        {"variable-nombre-source": "custom", "variable-nombre-field": " "},
    ],
)
def test_form_refuses_a_source_that_does_not_exist(db, row):
    form = TemplateForm(filled(**row))

    assert form.errors == {"__all__": ["Say what these placeholders show: nombre."]}


def test_form_refuses_what_was_meant_as_a_placeholder(db):
    form = TemplateForm(filled(body="Hola {nombre}, ven a la sucursal cuando quieras."))

    assert form.errors == {"body": loose_sentences(form["body"].value())}


def test_preview_shows_the_text_typed_for_a_real_contact(boss, contact):
    Vehicle.objects.create(contact=contact, make="Toyota", model="Corolla", year=2015)

    page = boss.post(PREVIEW, filled(body="Hola {{nombre}}, ¿vendes tu {{modelo}} {{color}}?"))

    phone = page.context["phone"]
    assert phone.missing == ("color",)
    assert phone.text == (
        "Hola <mark>Juan</mark>, ¿vendes tu <mark>Corolla</mark>"
        ' <mark class="lacking">{{color}}</mark>?'
    )


def test_preview_finds_the_contact_asked_for(boss, contact):
    page = boss.post(PREVIEW, filled(preview_contact="975400946"))

    assert page.context["phone"].name == contact.name


def test_preview_shows_an_invented_person_to_users_who_may_not_see_contacts(client, staff, contact):
    permit_only(staff, "change_template")
    client.force_login(staff)

    page = client.post(PREVIEW, filled(preview_contact="975400946"))

    assert page.context["phone"].name == "María Soto"


def test_preview_is_closed_to_staff_without_permission(client, staff):
    client.force_login(staff)

    assert client.post(PREVIEW, filled()).status_code == 403
