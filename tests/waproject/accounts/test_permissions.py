from itertools import pairwise

import pytest
from django.utils import translation

from waproject.accounts.models import Role
from waproject.accounts.permissions import (
    in_words,
    names_held_by,
    rights,
    with_needs,
)
from waproject.accounts.states import SystemRole

# The seed's words, which the product keeps.
SEED = {
    *("users.create", "users.read", "users.update", "users.delete"),
    *("campaigns.create", "campaigns.send", "reports.view"),
    *("files.download", "analytics.view", "templates.manage"),
}
LEVELS = {"super_admin": 100, "admin": 80, "manager": 60, "agent": 40, "analyst": 30, "viewer": 10}


def test_words_of_the_original_schema_are_rights():
    assert rights().keys() >= SEED


def test_roles_of_the_original_schema_have_their_levels():
    assert {role.value: role.level for role in SystemRole} == LEVELS


@pytest.mark.django_db
def test_business_begins_with_the_roles_of_the_original_schema():
    assert dict(Role.objects.filter(is_system=True).values_list("name", "level")) == LEVELS


def test_each_right_needs_rights_that_exist():
    assert {need for right in rights().values() for need in right.needs} <= rights().keys()


@pytest.mark.parametrize("role", list(SystemRole))
def test_system_role_has_what_its_rights_need(role):
    held = names_held_by(role)

    assert with_needs(held) == held


def test_higher_roles_may_do_what_lower_ones_do():
    line = ("super_admin", "admin", "manager", "agent")
    held = [names_held_by(SystemRole(name)) for name in line]

    assert [more > less for more, less in pairwise(held)] == [True] * 3


def test_viewer_changes_nothing_and_analyst_sees_nobody():
    viewer, analyst = names_held_by(SystemRole.VIEWER), names_held_by(SystemRole.ANALYST)

    assert {name.partition(".")[2] for name in viewer} == {"view"}
    people = {"contacts.view", "messages.view", "recipients.view", "optouts.view"}
    assert not analyst & people


@pytest.mark.parametrize(
    ("permission", "words"),
    [
        ("campaigns.launch_campaign", "Campañas: Lanzar, reanudar y volver a escribir"),
        ("contacts.add_vehicle", "Vehículos: Crear, editar y eliminar"),
        ("django_q.view_success", "los permisos de quien opera esta instalación"),
    ],
)
def test_permission_is_said_as_the_right_that_contains_it(permission, words):
    with translation.override("es"):
        assert in_words(permission) == words
