"""Fixtures that give the smallest valid object of each kind."""

from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from django.contrib.auth.models import User
from django.utils import translation

from campaigns.models import Campaign
from contacts.models import Contact
from messaging.models import Sender, Template
from tests.simulation import simulate, simulator  # noqa: F401

# A busy machine is slow, not wrong.
hypothesis.settings.register_profile("suite", deadline=None)
hypothesis.settings.load_profile("suite")


@pytest.fixture(autouse=True)
def private_files(settings, tmp_path: Path) -> Path:
    """Stored files go to a folder of the test's own."""
    settings.PRIVATE_ROOT = tmp_path / "private"
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": settings.PRIVATE_ROOT},
        },
    }
    return settings.PRIVATE_ROOT


@pytest.fixture(autouse=True)
def own_language() -> Iterator[None]:
    """A request leaves its reader's language behind in the thread, for whichever test is next."""
    translation.deactivate()
    yield
    translation.deactivate()


@pytest.fixture
def superuser(db) -> User:
    return User.objects.create_superuser("jefa", password="secreta")


@pytest.fixture
def staff(db) -> User:
    """A staff user with no permission at all."""
    return User.objects.create_user("vendedor", password="secreta", is_staff=True)


@pytest.fixture
def contact(db) -> Contact:
    return Contact.objects.create(phone="+56975400946", name="Juan Pérez")


@pytest.fixture
def sender(db) -> Sender:
    return Sender.objects.create(name="Automotora", channel="whatsapp", address="+56220000000")


@pytest.fixture
def template(db) -> Template:
    return Template.objects.create(
        name="promo",
        status=Template.Status.APPROVED,
        content_sid="HX" + "a" * 32,
        body="Hola {{nombre}}, tenemos ofertas. Responde INFO.",
        variables={"nombre": {"source": "contact.name", "fallback": "cliente"}},
    )


@pytest.fixture
def campaign(sender, template) -> Campaign:
    return Campaign.objects.create(name="Promo", sender=sender, template=template)
