"""SQLite alone; PostgreSQL counts its rows by itself."""

import pytest

from contacts.models import Contact, Vehicle
from waproject.core.db.bulk_lookup import each

pytestmark = pytest.mark.django_db


def test_rows_that_are_named_by_their_ids_are_not_sought_among_all_of_the_tenant():
    plan = Vehicle.objects.filter(pk__in=each(int, [1, 2])).order_by().explain()

    assert "vehicles USING INTEGER PRIMARY KEY" in plan


def test_a_list_of_the_tenant_is_read_by_its_index():
    plan = Contact.objects.order_by("-pk")[:50].explain()

    assert "USING INDEX contacts_tenant_" in plan
