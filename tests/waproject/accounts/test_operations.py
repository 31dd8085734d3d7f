import pytest
from django.core.exceptions import PermissionDenied

from tests.factories.users import as_role, permit_all_but, with_rights
from waproject.accounts.actors import SYSTEM
from waproject.accounts.memberships import NobodyLeft
from waproject.accounts.models import Membership, Role, User
from waproject.accounts.operations import (
    CannotChangeRoles,
    MoreThanOwn,
    assign_role,
    delete_role,
    save_role,
)
from waproject.accounts.states import SystemRole
from waproject.audit.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(staff) -> User:
    return as_role(staff, "admin")


@pytest.fixture
def new(db) -> User:
    return User.objects.create_user("nueva", is_staff=True)


def role(name: str) -> Role:
    return Role.objects.get(name=name)


def role_of(user: User) -> str:
    return user.memberships.get().role.name


def test_business_begins_with_the_six_roles():
    made = Role.objects.values_list("name", "level", "is_system")

    assert list(made) == [(one.value, one.level, True) for one in SystemRole]


def test_role_is_given_and_taken(admin, new):
    assign_role(new, role("agent"), by=admin)
    given = role_of(new)
    assign_role(new, None, by=admin)

    assert (given, new.memberships.count()) == ("agent", 0)
    assert list(Event.objects.values_list("before", "after").order_by("pk")) == [
        ({"role": ""}, {"role": "agent"}),
        ({"role": "agent"}, {"role": ""}),
    ]


def test_the_same_role_again_is_no_event(admin, new):
    for _time in range(2):
        assign_role(new, role("agent"), by=admin)

    assert Event.objects.count() == 1


def test_giving_roles_needs_its_right(staff, new):
    user = permit_all_but(staff, "assign_role")

    with pytest.raises(PermissionDenied):
        assign_role(new, role("viewer"), by=user)

    assert not new.memberships.exists()


def test_nobody_gives_a_right_that_they_lack(staff, new):
    clerk = with_rights(staff, ["users.assign_roles", "campaigns.view"])

    with pytest.raises(MoreThanOwn, match="Reports: See"):
        assign_role(new, role("analyst"), by=clerk)

    assert (new.memberships.count(), Event.objects.count()) == (0, 0)


def test_nobody_gives_a_level_above_their_own(staff, new):
    every = role("admin").rights
    clerk = with_rights(staff, every, level=70)

    with pytest.raises(MoreThanOwn, match="80 is above that of your own role, 70"):
        assign_role(new, role("admin"), by=clerk)


def test_nobody_takes_a_role_above_their_own(admin, new):
    as_role(new, "super_admin")

    with pytest.raises(MoreThanOwn):
        assign_role(new, role("viewer"), by=admin)

    assert role_of(new) == "super_admin"


def test_nobody_raises_themselves(admin):
    with pytest.raises(MoreThanOwn):
        assign_role(admin, role("super_admin"), by=admin)

    assert role_of(admin) == "admin"


def test_system_gives_the_first_role(new):
    assign_role(new, role("super_admin"), by=SYSTEM)

    assert role_of(new) == "super_admin"


@pytest.mark.parametrize("to", [None, "manager"])
def test_last_one_who_gives_roles_cannot_give_that_away(admin, to):
    with pytest.raises(NobodyLeft, match="would be left who can give roles"):
        assign_role(admin, to and role(to), by=admin)

    assert role_of(admin) == "admin"


def test_one_of_two_who_give_roles_may_step_down(admin, new):
    as_role(new, "admin")

    assign_role(admin, role("manager"), by=admin)

    assert role_of(admin) == "manager"


def test_role_of_the_businesss_own_has_what_its_rights_need(admin):
    made = Role(name="Ventas", level=30)
    save_role(made, {"messages.answer"}, by=admin)

    made.refresh_from_db()
    assert made.rights == {"messages.answer", "messages.view"}


@pytest.mark.parametrize(("names", "level"), [({"settings.credentials"}, 10), (set(), 90)])
def test_role_is_not_made_beyond_its_maker(admin, names, level):
    with pytest.raises(MoreThanOwn):
        save_role(Role(name="Ventas", level=level), names, by=admin)

    assert not Role.objects.filter(name="Ventas").exists()


def test_role_beyond_the_actor_is_not_cut_down_by_them(admin):
    made = Role(name="Ventas", level=90)
    save_role(made, {"settings.credentials"}, by=SYSTEM)

    made.level = 10
    with pytest.raises(MoreThanOwn):
        save_role(made, set(), by=admin)


def test_system_role_is_neither_changed_nor_deleted(superuser):
    for attempt in (
        lambda: save_role(role("viewer"), {"users.read"}, by=superuser),
        lambda: delete_role(role("viewer"), by=superuser),
    ):
        with pytest.raises(CannotChangeRoles):
            attempt()


def test_role_that_somebody_has_is_not_deleted(superuser, new):
    made = Role(name="Ventas", level=10)
    save_role(made, set(), by=superuser)
    Membership.objects.create(user=new, role=made)

    with pytest.raises(CannotChangeRoles, match="Ventas is the role of 1 user"):
        delete_role(made, by=superuser)
