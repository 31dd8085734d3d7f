"""Reasons that name a person who is erased go; the others are not even read."""

import pytest
from django.db import connection

from contacts.models import Contact
from waproject.audit.erasing import forget_reasons, with_reasons
from waproject.audit.models import Event
from waproject.core.db.bulk_insert import refresh_statistics

pytestmark = pytest.mark.django_db

MANY = 3_000


def event(**fields) -> Event:
    return Event.objects.create(**{"action": "x", "object_type": "y", **fields})


def test_reasons_about_the_person_and_those_that_name_them_are_emptied():
    about = event(object_type="contacts.contact", object_id="7", reason="lo pidió")
    naming, other = event(reason="llamó JUAN pérez"), event(reason="feria")

    assert forget_reasons(Contact, [7], ["Juan pérez", "+56975400946"]) == 2

    kept = dict(Event.objects.values_list("pk", "reason"))
    assert kept == {about.pk: "", naming.pk: "", other.pk: "feria"}


def test_only_events_with_a_reason_are_read():
    Event.objects.bulk_create(
        Event(
            action="x",
            object_type="contacts.contact",
            object_id=str(number % 900),
            reason="" if number % 500 else "feria",
        )
        for number in range(MANY)
    )
    connection.check_constraints()  # with foreign keys to check PostgreSQL counts nothing
    refresh_statistics(Event)

    plan = with_reasons(Contact, [7], ["+56975400946", "Juan Pérez"]).explain()

    assert "audit_with_reason" in plan
