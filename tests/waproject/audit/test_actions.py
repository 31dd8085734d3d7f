"""What the apps register as actions for the log of operations."""

import pytest
from django.conf import settings
from django.contrib.auth.models import Permission
from django.utils.module_loading import import_string

from waproject.audit.models import action_labels


@pytest.fixture
def actions() -> list:
    return [action for path in settings.AUDITED_ACTIONS for action in import_string(path)]


def test_each_action_has_a_name_of_its_own_that_fits_its_column(actions):
    names = [action.value for action in actions]

    assert (len(set(names)), max(map(len, names)) <= 100) == (len(names), True)


def test_each_action_is_said_in_words(actions):
    assert {action.value for action in actions} == set(action_labels())


def test_each_permission_that_an_action_names_exists(db, actions):
    known = Permission.objects.values_list("content_type__app_label", "codename")
    named = {action.permission for action in actions if hasattr(action, "permission")}

    assert named <= {f"{app}.{codename}" for app, codename in known}
