from collections.abc import Callable

import pytest
from django.core.files.storage import default_storage

from contacts.models import Contact
from tests.factories import people as factory
from tests.factories.users import permit_only
from waproject.accounts.models import User
from waproject.core.exports.sources import Wish
from waproject.core.exports.work import start_export
from waproject.core.jobs.models import Job


def content(job: Job) -> bytes:
    """What the file of a finished export holds."""
    job.refresh_from_db()
    with default_storage.open(job.stored_as) as file:
        return file.read()


@pytest.fixture
def seller(staff) -> User:
    """A member of staff who may see and export contacts."""
    return permit_only(staff, "view_contact", "export_contact", "view_full_address")


@pytest.fixture
def people(db) -> list[Contact]:
    return factory.people(5, phones="+5697000{:04}", name="Persona {}")


@pytest.fixture
def wish(seller, people) -> Callable[..., Job]:
    """Asks for the contacts as a file; returns the job that waits."""

    def make(form: str = "csv", query: str = "") -> Job:
        wish = Wish("list", "contacts.contact", query=query)
        return start_export(wish, f"contacts.{form}", by=seller)

    return make
