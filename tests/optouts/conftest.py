import pytest

from contacts.models import Contact
from tests.factories import people as factory


@pytest.fixture
def people(db) -> list[Contact]:
    """Twenty people with a phone."""
    return factory.people(20, phones="+5697540{:04}", name="Persona {}")
