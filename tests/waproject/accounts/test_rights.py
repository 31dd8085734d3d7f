import pytest

from tests.factories.users import as_role, permit_only, with_rights
from waproject.accounts.models import Role, User
from waproject.accounts.rights import NONE, rights_of
from waproject.tenants.operations import create_tenant
from waproject.tenants.scope import all_tenants, in_tenant

pytestmark = pytest.mark.django_db


def test_role_gives_its_rights(staff):
    agent = as_role(staff, "agent")

    assert agent.has_perm("messaging.change_conversation")
    assert not agent.has_perm("campaigns.launch_campaign")
    assert (agent.has_module_perms("messaging"), agent.has_module_perms("audit")) == (True, False)


def test_role_holds_in_its_business_alone(staff, tenant):
    other = create_tenant(name="Otra", slug="otra")
    staff = as_role(staff, "admin")
    with in_tenant(other.pk):
        staff = with_rights(staff, ["campaigns.view"])
        there = staff.has_perm("campaigns.view_campaign"), staff.has_perm("accounts.add_user")

    assert there == (True, False)
    assert staff.has_perm("accounts.add_user")


def test_nobody_has_a_right_outside_of_a_business(staff):
    staff = as_role(staff, "super_admin")

    with all_tenants():
        assert rights_of(staff) == NONE


@pytest.mark.parametrize("status", ["suspended", "inactive"])
def test_user_who_is_not_active_has_no_right(staff, status):
    staff = as_role(staff, "super_admin")
    staff.set_status(status)

    assert not staff.has_perm("campaigns.view_campaign")


def test_user_without_a_role_has_no_right(db):
    assert rights_of(User.objects.create_user("nueva")) == NONE


def test_rights_take_one_query_for_a_user_and_business(staff, django_assert_num_queries):
    user = permit_only(staff, "view_campaign")

    with django_assert_num_queries(1):
        answers = [user.has_perm(f"campaigns.{one}_campaign") for one in ("view", "add", "launch")]

    assert answers == [True, False, False]


def test_superuser_may_do_everything_without_asking(superuser, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert superuser.has_perm("django_q.view_success")
        assert rights_of(superuser).names == Role(name="super_admin", is_system=True).rights


def test_role_with_rights_of_an_app_that_is_gone_keeps_the_others(staff):
    user = with_rights(staff, ["campaigns.view", "surveys.view"])

    assert rights_of(user).names == {"campaigns.view"}


def test_with_perm_finds_who_has_it_in_the_business(staff, superuser):
    as_role(staff, "agent")

    found = User.objects.with_perm(
        "messaging.change_conversation", backend="waproject.accounts.backends.RoleBackend"
    )

    assert set(found) == {staff, superuser}
