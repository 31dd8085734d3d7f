"""Two transactions at once: on PostgreSQL alone, since SQLite lets one in at a time."""

from functools import partial

import pytest

from tests.factories.users import as_role
from tests.messaging.rivals import all_at_once, held_up
from waproject.accounts.actors import SYSTEM
from waproject.accounts.memberships import NobodyLeft
from waproject.accounts.models import Role, User
from waproject.accounts.operations import assign_role


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_who_demote_each_other_at_the_same_moment_leave_one():
    both = [
        as_role(User.objects.create_user(name, is_staff=True), "admin") for name in ("ana", "beto")
    ]
    lower = Role.objects.get(name="agent")

    raised = all_at_once(partial(assign_role, user, lower, by=SYSTEM) for user in both)

    assert [type(one) for one in raised] == [NobodyLeft]
    assert Role.objects.get(name="admin").memberships.count() == 1


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_whoever_takes_the_right_from_one_holds_all_who_have_it():
    ana, beto = (
        as_role(User.objects.create_user(name, is_staff=True), "admin") for name in ("ana", "beto")
    )
    demote = partial(assign_role, ana, Role.objects.get(name="agent"), by=SYSTEM)

    with held_up(demote, by="memberships", row=beto.memberships.get().pk):
        assert ana.memberships.get().role.name == "admin"

    assert ana.memberships.get().role.name == "agent"
