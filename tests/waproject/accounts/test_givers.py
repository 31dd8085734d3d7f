import pytest
from django.db import transaction

from tests.factories.users import as_role, with_rights
from waproject.accounts.memberships import NobodyLeft, a_giver_stays, why_needed
from waproject.accounts.models import Role, User
from waproject.accounts.operations import save_role
from waproject.tenants.scope import current_tenant_id

pytestmark = pytest.mark.django_db


def entering(name: str, role: str) -> User:
    return as_role(User.objects.create_user(name, is_staff=True), role)


def test_superuser_does_not_count(superuser):
    ana = entering("ana", "admin")

    assert "would be left who can give roles" in why_needed([ana.pk], [current_tenant_id()])


def test_two_who_leave_together_are_needed_where_each_alone_is_not():
    both = [entering(name, "admin").pk for name in ("ana", "beto")]

    here = [current_tenant_id()]
    assert [bool(why_needed(gone, here)) for gone in ([both[0]], both)] == [False, True]


def test_business_that_never_had_one_is_no_hindrance():
    eva = entering("eva", "viewer")

    with transaction.atomic(), a_giver_stays([current_tenant_id()]):
        eva.delete()

    assert not User.objects.exists()


def test_right_is_not_taken_out_of_the_role_of_the_last_one(staff):
    last = with_rights(staff, Role.objects.get(name="admin").rights, level=80)
    role = last.memberships.get().role

    with pytest.raises(NobodyLeft):
        save_role(role, role.rights - {"users.assign_roles", "users.create"}, by=last)

    role.refresh_from_db()
    assert "users.assign_roles" in role.stored_rights
