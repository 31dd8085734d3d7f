"""What an event changed, in words."""

import pytest
from django.contrib import admin
from django.utils import translation

from contacts.models import Vehicle
from waproject.audit.changes import LABELS, NOTHING, Change, changes_of, further_fields
from waproject.audit.models import Event
from waproject.core.secrets import EncryptedTextField

pytestmark = pytest.mark.django_db


def changes(model: str, before: dict, after: dict) -> list[Change]:
    event = Event.objects.create(action="x", object_type=model, before=before, after=after)
    return changes_of([event])[event.pk]


@pytest.mark.parametrize(
    ("key", "before", "after", "said"),
    [
        ("status", "active", "paused", ("Estado", "enviando", "pausada")),
        ("per_hour", None, 1500, ("Mensajes por hora", NOTHING, "1500")),
        (
            "scheduled_at",
            "2026-11-27T15:00:00Z",
            "",
            ("Inicio programado", "27-11-2026 12:00", NOTHING),
        ),
        ("role", "agent", "Taller", ("Rol", "Agente", "Taller")),
        ("token_replaced", False, True, ("Token de acceso reemplazado", "No", "Sí")),
        ("rights", [], ["audit.view"], ("Permisos", NOTHING, "Registro de operaciones: Ver")),
        ("why", None, "idle", ("Motivo", NOTHING, "nadie la usó")),
        ("by", None, ["password", "mfa"], ("Por medio de", NOTHING, "contraseña, segundo factor")),
        ("gone_field", 1, 2, ("Gone field", "1", "2")),
    ],
)
def test_field_and_values_are_in_words_of_the_reader(key, before, after, said):
    with translation.override("es"):
        assert changes("campaigns.campaign", {key: before}, {key: after}) == [Change(*said)]


def test_object_is_called_by_its_name_and_one_that_is_gone_by_its_number(sender):
    [change] = changes("campaigns.campaign", {"sender": sender.pk}, {"sender": 999})

    assert (change.before, change.after) == (str(sender), "Sender 999")


def test_person_has_no_name_in_the_log(contact):
    [change] = changes(Vehicle._meta.label_lower, {}, {"contact": contact.pk})

    assert change.after == f"Contact {contact.pk}"


def test_names_of_many_events_are_read_at_once(sender, django_assert_num_queries):
    events = [
        Event.objects.create(
            action="x", object_type="campaigns.campaign", after={"sender": sender.pk}
        )
        for _time in range(5)
    ]

    with django_assert_num_queries(1):
        said = changes_of(events)

    assert {change.after for [change] in said.values()} == {str(sender)}


def test_field_with_values_is_not_said_a_second_time():
    after = {"fields": ["Name", "Audience"], "name": "Oro"}
    event = Event(object_type="campaigns.campaign", before={"name": "VIP"}, after=after)

    with translation.override("es"):
        assert further_fields(event) == ["Audiencia"]


def test_event_of_an_app_that_is_gone_says_what_it_has():
    assert changes("voice.call", {}, {"minutes": 2}) == [Change("Minutes", NOTHING, "2")]


def test_field_of_a_form_alone_has_the_label_of_the_form():
    after = {"fields": ["Name", "Make"], "make": "Kia", LABELS: {"make": "Make"}}
    event = Event.objects.create(action="x", object_type="campaigns.campaign", after=after)

    with translation.override("es"):
        assert changes_of([event])[event.pk] == [Change("Marca", NOTHING, "Kia")]
        assert further_fields(event) == ["Nombre"]


def test_no_page_logs_the_value_of_a_secret():
    secret = [
        f"{model._meta.label}.{name}"
        for model, page in admin.site._registry.items()
        for name in getattr(page, "logged_values", ())
        if name in {field.name for field in model._meta.get_fields()}
        and (name == "password" or isinstance(model._meta.get_field(name), EncryptedTextField))
    ]

    assert secret == []
