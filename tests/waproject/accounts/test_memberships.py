import pytest
from django.db import IntegrityError

from tests.factories.users import as_role
from waproject.accounts.memberships import holders_of, members, roles_with, tenants_of
from waproject.accounts.models import Membership, Role, User
from waproject.tenants.models import Tenant
from waproject.tenants.scope import in_tenant

pytestmark = pytest.mark.django_db


@pytest.fixture
def other(tenant) -> Tenant:
    return Tenant.objects.create(name="Otra", slug="otra")


@pytest.fixture
def new(other) -> User:
    """A user of the other business."""
    user = User.objects.create_user("nueva")
    with in_tenant(other.pk):
        Membership.objects.create(user=user, role=Role.objects.create(name="Ventas", level=10))
    return user


def test_user_works_for_the_businesses_of_their_memberships(new, other):
    assert list(tenants_of(new)) == [other]


def test_superuser_works_for_every_business(superuser, tenant, other):
    assert list(tenants_of(superuser)) == [tenant, other]


def test_database_refuses_a_second_membership(staff):
    with pytest.raises(IntegrityError):
        Membership.objects.create(user=staff, role=Role.objects.get(name="agent"))


def test_members_are_the_users_of_the_business(staff, new):
    assert list(members()) == [staff]


def test_holders_of_a_permission_are_those_whose_role_has_it(staff, new):
    agent = as_role(staff, "agent")

    assert list(holders_of("messaging.change_conversation")) == [agent]
    assert list(holders_of("messaging.add_account")) == []


def test_roles_with_several_rights_come_highest_first(db):
    found = roles_with("users.assign_roles", "campaigns.send")

    assert [role.name for role in found] == ["super_admin", "admin"]
