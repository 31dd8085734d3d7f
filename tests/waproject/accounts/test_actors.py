import pytest
from django.core.exceptions import PermissionDenied

from waproject.accounts.actors import SYSTEM, Actor, permit, user_of

pytestmark = pytest.mark.django_db


def test_user_acts_as_themselves_and_the_system_as_nobody(staff):
    assert (user_of(staff), user_of(SYSTEM)) == (staff, None)


def test_user_needs_each_permission(staff):
    with pytest.raises(PermissionDenied, match="Contacts: See"):
        permit(staff, "contacts.view_contact")


def is_permitted(actor: Actor, *permissions: str) -> bool:
    try:
        permit(actor, *permissions)
    except PermissionDenied:
        return False
    return True


def test_system_needs_none(staff):
    permissions = ("contacts.view_contact", "contacts.no_such")

    assert [is_permitted(one, *permissions) for one in (staff, SYSTEM)] == [False, True]


def test_system_has_a_name_for_people():
    assert str(SYSTEM) == "the system"
