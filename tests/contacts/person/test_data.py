from datetime import datetime

import pytest
import time_machine
from django.utils import timezone

from contacts.models import Contact
from contacts.person.data import Pair, data_of, in_words
from tests.factories.people import add_address, block
from tests.factories.users import permit_only
from waproject.core.readers import read_by

NOW = datetime(2026, 11, 27, 10, 56, tzinfo=timezone.get_default_timezone())

pytestmark = pytest.mark.django_db


@time_machine.travel(NOW, tick=False)
def test_data_leaves_out_what_is_empty():
    contact = Contact.objects.create(phone="+56967598229", language="es-cl")

    assert data_of(contact) == [
        Pair("Phone", "+56 9 6759 8229"),
        Pair("Language", "Spanish"),
        Pair("Time", "Santiago, 10:56"),
        Pair("Since", "today"),
    ]


def test_address_says_since_when_it_reaches_nobody(contact):
    block(contact, "whatsapp")
    add_address(contact, "+56911112222", channel="phone")

    notes = {pair.title: pair.note for pair in data_of(contact)}

    today = timezone.localdate().strftime("%m/%d/%Y")
    assert notes["Phone"] == f"WhatsApp: unreachable since {today} (63024)"
    assert notes["Second phone"] == ""


def test_further_fields_are_shown_by_their_names(contact):
    contact.custom_fields = {"comuna": "Ñuñoa"}

    assert Pair("Comuna", "Ñuñoa") in data_of(contact)


def test_language_that_nobody_knows_is_its_code(contact):
    contact.language = "xx"

    assert Pair("Language", "xx") in data_of(contact)


def test_addresses_are_masked_for_who_may_not_see_them(contact, staff):
    contact.email, contact.custom_fields = "ana@soto.cl", {"otro": "9 1111 2222"}
    permit_only(staff, "view_contact")

    with read_by(staff):
        shown = dict(pair[:2] for pair in data_of(contact))
        assert in_words(contact.phone) == "+56 9 •••• 0946"

    assert (shown["Phone"], shown["Email"]) == ("+56 9 •••• 0946", "a•••@soto.cl")
    assert shown["Otro"] == "•••• 2222"
