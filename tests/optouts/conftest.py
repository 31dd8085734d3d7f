from collections.abc import Callable

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from contacts.models import Contact


@pytest.fixture
def allow(staff) -> Callable[..., Client]:
    """A client whose user may do what is named, and nothing else."""

    def allow_only(*codenames: str) -> Client:
        staff.user_permissions.set(Permission.objects.filter(codename__in=codenames))
        client = Client()
        client.force_login(staff)
        return client

    return allow_only


@pytest.fixture
def people(db) -> list[Contact]:
    """Twenty people with a phone."""
    return [
        Contact.objects.create(phone=f"+5697540{number:04}", name=f"Persona {number}")
        for number in range(20)
    ]
