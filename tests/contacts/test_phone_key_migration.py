"""The keys of the people that were there before there were keys."""

from importlib import import_module

import pytest
from django.apps import apps

from contacts.models import Contact
from tests.contacts.pairs import unmerged

fill_keys = import_module("contacts.migrations.0006_phone_key").fill_keys


@pytest.mark.django_db
def test_fill_keys_gives_one_of_each_pair_the_key_and_stops_the_other():
    phones = {
        "+56975400946": "active",
        "+541123456729": "active",
        "+5491123456729": "opted_out",
        "+5511987654329": "active",
        "+551187654329": "invalid",
    }
    for phone, status in phones.items():
        unmerged(phone, status=status)

    fill_keys(apps, None)

    rows = Contact.objects.order_by("pk").values_list("phone_key", "status")
    assert list(rows) == [
        ("+56975400946", "active"),
        (None, "invalid"),
        ("+541123456729", "opted_out"),
        ("+5511987654329", "active"),
        (None, "invalid"),
    ]
