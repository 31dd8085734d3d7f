"""The two contacts that are one person."""

import pytest

from contacts.models import Contact
from tests.factories.people import known_as


@pytest.fixture
def kept(db) -> Contact:
    return Contact.objects.create(phone="+541123456729", name="Eva", custom_fields={"a": "1"})


@pytest.fixture
def gone(db) -> Contact:
    return known_as("AR.1", name="Eva María", email="e@x.cl", custom_fields={"a": "2", "b": ""})
