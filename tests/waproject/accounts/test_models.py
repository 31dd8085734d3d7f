import pytest
from django.db import IntegrityError

from waproject.accounts.models import User

pytestmark = pytest.mark.django_db


def test_new_user_is_an_active_client(db):
    user = User.objects.create_user("nueva")

    assert (user.user_type, user.account_status, user.is_active) == ("client", "active", True)


def test_superuser_is_an_administrator(superuser):
    assert superuser.user_type == "admin"


@pytest.mark.parametrize(
    "fields",
    [
        {"is_active": False},
        {"account_status": "suspended"},
        {"account_status": "locked", "is_active": False},
        {"user_type": "boss"},
    ],
)
def test_database_refuses_a_user_that_contradicts_itself(staff, fields):
    with pytest.raises(IntegrityError):
        User.objects.filter(pk=staff.pk).update(**fields)
