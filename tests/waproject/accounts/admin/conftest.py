import pytest
from django.test import Client

from tests.factories.users import as_role, browser_of
from waproject.accounts.models import Role, User


@pytest.fixture
def admin(staff) -> User:
    """A member of staff in the role of the business's administrator."""
    return as_role(staff, "admin")


@pytest.fixture
def browser(admin) -> Client:
    return browser_of(admin)


@pytest.fixture
def new(db) -> User:
    return as_role(User.objects.create_user("nueva"), "viewer")


@pytest.fixture
def own_role(db) -> Role:
    """A role of the business's own, which may see and launch campaigns."""
    return Role.objects.create(
        name="Ventas", level=50, stored_rights=["campaigns.send", "campaigns.view"]
    )
