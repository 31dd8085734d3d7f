"""Whatever a page of the admin adds, changes or deletes leaves an event: tried on every model.

A new model with a page needs a line in the tables below; the tests fail until it has one.
"""

from typing import Any

import pytest
from django.contrib import admin
from django.db import DatabaseError
from django.db.models import QuerySet
from django.test import Client
from django.urls import reverse

from campaigns.models import Recipient
from contacts.models import Contact, Tag
from messaging.models import Conversation, Message, Template
from tests.waproject.access import make_rows
from waproject.audit.models import Event

pytestmark = pytest.mark.django_db

# What is typed into the page of the row that make_rows has of each model.
CHANGES: dict[str, dict[str, Any]] = {
    "accounts.user": {"account_status": "suspended"},
    "accounts.role": {"name": "Taller"},
    "campaigns.campaign": {"name": "Segunda"},
    "contacts.contact": {"name": "Otra"},
    "contacts.tag": {"name": "Oro"},
    "contacts.vehicle": {"model": "Corolla"},
    "messaging.account": {"name": "Norte", "external_id": "AC" + "8" * 32},
    "messaging.autoreply": {"body": "Desde 5 millones."},
    "files.storedfile": {"retention_days": 30},
    "messaging.sender": {"rate": 7},
    "messaging.template": {"body": "Chao {{nombre}}"},
    "inbox.inboxrules": {"away_text": "Abrimos a las 9."},
    "inbox.outcome": {"name": "Reserva pagada"},
    "inbox.cannedanswer": {"text": "Se reserva con $200.000."},
    "pricing.price": {"amount": "0.1"},
    "pricing.exchangerate": {"rate": "951.2"},
    "optouts.phrase": {"text": "no escriban más jamás"},
    "tenants.tenant": {"name": "Automotora Sur"},
}
# What is typed into the empty page; "ROW" stands for the row of the model that the field refers to.
ADDITIONS: dict[str, dict[str, Any]] = {
    "accounts.user": {
        "username": "otra",
        "password1": "una-frase-larga-7",
        "password2": "una-frase-larga-7",
        "usable_password": "true",
        "role": "ROW",
    },
    "accounts.role": {"name": "Taller"},
    "invitations.invitation": {"email": "nueva@example.com", "role": "ROW"},
    "campaigns.campaign": {"name": "Segunda", "sender": "ROW"},
    "contacts.contact": {"phone": "+56975400947"},
    "contacts.tag": {"name": "Oro"},
    "contacts.vehicle": {"contact": "ROW", "make": "Kia", "model": "Rio", "year": 2019},
    "messaging.account": {"name": "Norte", "external_id": "AC" + "9" * 32},
    "messaging.autoreply": {"keywords": "HORA", "body": "De 9 a 18."},
    "messaging.sender": {
        "name": "Taller",
        "account": "ROW",
        "channel": "sms",
        "address": "+56221111111",
    },
    "messaging.template": {"name": "segunda", "body": "Hola", "language": "es"},
    "inbox.cannedanswer": {"shortcut": "pie", "text": "Desde 20 %."},
    "inbox.outcome": {"name": "Crédito", "code": "credit", "position": 70},
    "pricing.price": {
        "charge": "sms",
        "country": "CL",
        "amount": "0.05",
        "valid_from": "2026-11-01",
    },
    "pricing.exchangerate": {
        "currency": "EUR",
        "into": "CLP",
        "rate": "1100",
        "valid_from": "2026-11-01",
    },
    "optouts.optout": {"address": "+56975400947", "note": "Llamó"},
    "optouts.phrase": {"text": "no escriban más jamás", "kind": "opt_out", "reach": "message"},
}
# Fields of which an event has the name alone: they may hold something of a customer or of a user.
WITHOUT_VALUES = {
    # The role is logged by the operation that the page calls.
    "accounts.user": {"password", "first_name", "last_name", "email", "role"},
    "campaigns.campaign": {"search", "name_contains", "people", "custom"},
    "contacts.contact": {"phone", "name", "email", "language", "tags", "time_zone"}
    | {"custom_fields"},
    "contacts.vehicle": {"contact", "make", "model", "year", "price", "link"},
    # Logged by the operation that the page calls.
    "messaging.account": {"token", "verify_token"},
    # It becomes the value of header_media.
    "messaging.template": {"header_file"},
}


# What a page that is the door of an operation leaves.
OPERATIONS = {
    ("add", "messaging.account"): "messaging.add_account",
    ("change", "messaging.account"): "messaging.change_account",
    ("add", "optouts.optout"): "optouts.opt_out",
    ("add", "invitations.invitation"): "invitations.invite",
    ("add", "accounts.role"): "accounts.add_role",
    ("change", "accounts.role"): "accounts.change_role",
    ("delete", "accounts.role"): "accounts.delete_role",
}
PAGES = {model._meta.label_lower: page for model, page in admin.site._registry.items()}


@pytest.fixture
def rows() -> dict[str, Any]:
    return make_rows()


def url(label: str, kind: str, *args: Any) -> str:
    """The address of a page; the form of a contact has one of its own."""
    if (label, kind) == ("contacts.contact", "change"):
        kind = "edit"
    return reverse(f"admin:{label.replace('.', '_')}_{kind}", args=args)


def filled(client: Client, address: str, typed: dict[str, Any]) -> dict[str, Any]:
    """What a browser posts from a page of the admin into which this was typed."""
    context = client.get(address).context
    sets = [one.formset for one in context["inline_admin_formsets"]]
    forms = [context["adminform"].form, *(one.management_form for one in sets)]
    forms += [form for one in sets for form in one.initial_forms]
    shown: dict[str, Any] = {}
    for form in forms:
        for field in form:
            shown |= _posted(field)
    return {**shown, **typed}


def _posted(field: Any) -> dict[str, Any]:
    value, widget = field.value(), field.field.widget
    if hasattr(widget, "decompress"):
        named = zip(widget.widgets_names, widget.decompress(value), strict=True)
        return {field.html_name + end: part for end, part in named if part is not None}
    if value is None or value is False:
        return {}
    if isinstance(value, list):
        value = [getattr(one, "pk", one) for one in value]
    return {field.html_name: value}


def allowed(client: Client, rows: dict[str, Any], what: str) -> set[str]:
    """The models whose page lets a superuser do this to its row."""
    request = client.get(reverse("admin:index")).wsgi_request
    found = set()
    for label, page in PAGES.items():
        may = getattr(page, f"has_{what}_permission")
        if may(request) if what == "add" else may(request, rows[label]):
            found.add(label)
    return found


def test_tables_have_every_page_that_writes(boss, rows):
    assert allowed(boss, rows, "change") == {*CHANGES}
    assert allowed(boss, rows, "add") == {*ADDITIONS}


@pytest.mark.parametrize("label", sorted(CHANGES))
def test_change_leaves_an_event_with_what_changed(boss, rows, label):
    address = url(label, "change", rows[label].pk)

    response = boss.post(address, filled(boss, address, CHANGES[label]))

    assert response.status_code == 302, response.context["errors"]
    event = Event.objects.get(object_type=label, object_id=str(rows[label].pk))
    assert event.action == OPERATIONS.get(("change", label), "admin.change")
    for name in {*CHANGES[label]} - WITHOUT_VALUES.get(label, set()):
        value = CHANGES[label][name]
        assert (event.before[name] != value, event.after[name]) == (True, value)


@pytest.mark.parametrize("label", sorted({*CHANGES} - {"messaging.account", "accounts.role"}))
def test_event_has_the_value_of_each_field_that_holds_nothing_of_a_person(boss, rows, label):
    form = boss.get(url(label, "change", rows[label].pk)).context["adminform"].form

    assert {*form.fields} - {*getattr(PAGES[label], "logged_values", ())} == WITHOUT_VALUES.get(
        label, set()
    )


@pytest.mark.parametrize("label", sorted(ADDITIONS))
def test_addition_leaves_an_event(boss, rows, label):
    address = url(label, "add")
    typed = {
        name: _row_for(label, name, rows).pk if value == "ROW" else value
        for name, value in ADDITIONS[label].items()
    }

    response = boss.post(address, filled(boss, address, typed))

    assert response.status_code == 302, response.context["errors"]
    given_role = {"action": "accounts.assign_role"} if label == "accounts.user" else {"pk": None}
    [event] = Event.objects.exclude(pk=rows["audit.event"].pk).exclude(**given_role)
    assert event.action == OPERATIONS.get(("add", label), "admin.add")


def _row_for(label: str, name: str, rows: dict[str, Any]) -> Any:
    if name == "role":
        return rows["accounts.role"]
    model = PAGES[label].model._meta.get_field(name).related_model
    return rows[model._meta.label_lower]


def test_deletion_of_each_row_leaves_an_event(boss, rows):
    deletable = allowed(boss, rows, "delete")
    # Whoever has a history stays.
    rows["contacts.contact"] = Contact.objects.create(phone="+56975400947")
    for kept in (Message, Recipient, Conversation):
        kept.objects.all().delete()
    # A row that others need goes after them.
    last = ["contacts.contact", "messaging.sender", "messaging.template", "messaging.account"]
    order = [*sorted(deletable - {*last}), *last]
    for label in order:
        pk = rows[label].pk
        response = boss.post(url(label, "delete", pk), {"post": "yes"})

        assert response.status_code == 302, response.context["protected"]
        assert Event.objects.filter(
            action=OPERATIONS.get(("delete", label), "admin.delete"),
            object_type=label,
            object_id=str(pk),
        ).exists(), label


@pytest.mark.parametrize("path", ["delete", "changelist"])
def test_nothing_is_deleted_when_its_event_cannot_be_written(boss, path, monkeypatch):
    tags = [Tag.objects.create(name=name).pk for name in ("VIP", "Oro")]
    posted = {"action": "delete_selected", "_selected_action": tags, "post": "yes"}
    boss.raise_request_exception = False
    monkeypatch.setattr(Event.objects, "create", _fail)

    boss.post(url("contacts.tag", path, *tags[:1] * (path == "delete")), posted)

    assert Tag.objects.count() == 2


def _fail(**fields: Any) -> None:
    raise DatabaseError


@pytest.mark.parametrize("path", ["delete", "changelist"])
def test_no_event_of_a_deletion_that_fails(boss, path, monkeypatch):
    tags = [Tag.objects.create(name=name).pk for name in ("VIP", "Oro")]
    posted = {"action": "delete_selected", "_selected_action": tags, "post": "yes"}
    boss.raise_request_exception = False
    monkeypatch.setattr(Tag, "delete", _fail)
    monkeypatch.setattr(QuerySet, "delete", _fail)

    boss.post(url("contacts.tag", path, *tags[:1] * (path == "delete")), posted)

    assert (Tag.objects.count(), Event.objects.count()) == (2, 0)


def test_change_of_a_placeholder_alone_leaves_an_event(boss, template):
    address = url("messaging.template", "change", template.pk)
    former = template.current.variables

    boss.post(
        address, filled(boss, address, {**rows_of(template), "variable-nombre-fallback": "tú"})
    )

    event = Event.objects.get()
    assert (event.before, event.after) == (
        {"variables": former},
        {
            "fields": ["variables"],
            "variables": {
                "nombre": {
                    "source": "contact.name",
                    "fallback": "tú",
                    "type": "text",
                    "example": "",
                    "required": False,
                }
            },
        },
    )


def rows_of(template: Template) -> dict[str, str]:
    return {
        f"variable-{name}-{part}": value
        for name, variable in template.current.variables.items()
        for part, value in variable.items()
    }


@pytest.mark.parametrize("page", ["password_change", "auth_user_password_change"])
def test_new_password_leaves_an_event(boss, superuser, staff, page):
    user = superuser if page == "password_change" else staff
    new = {"old_password": "secreta", "usable_password": "true"}
    new |= {f"{name}password{n}": "una-frase-larga-7" for name in ("", "new_") for n in (1, 2)}
    args = [] if user == superuser else [user.pk]

    boss.post(reverse(f"admin:{page}", args=args), new)

    event = Event.objects.get()
    user.refresh_from_db()
    assert user.check_password("una-frase-larga-7")
    assert (event.action, event.object_id, event.after) == (
        "admin.change",
        str(user.pk),
        {"fields": ["password"]},
    )
