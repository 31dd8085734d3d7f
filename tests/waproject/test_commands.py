"""Every command against the table of who may do what with it."""

import shlex
from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import CommandError, call_command, get_commands, load_command_class
from django.db import transaction

from tests.factories.users import as_role, rights_without, smallest_with, with_rights
from tests.waproject import access
from tests.waproject.command_table import COMMANDS, OPERATOR, Command
from tests.waproject.permissions_page import may
from waproject.accounts.models import User
from waproject.accounts.states import SystemRole
from waproject.audit.commands import ActingCommand
from waproject.audit.models import Event

HOW_TO = "Say in tests/waproject/command_table.py who may run it"
REFUSAL = "Your role lacks this right"
WITH_RIGHTS = [one for one in COMMANDS if one.right != OPERATOR]

pytestmark = pytest.mark.django_db


@pytest.fixture
def words(tmp_path: Path) -> dict[str, object]:
    """What stands for the parts in braces."""
    rows = access.make_rows()
    people, sentences = tmp_path / "people.csv", tmp_path / "sentences.tsv"
    people.write_text("nombre;telefono\nAna;+56911111111\n")
    sentences.write_text("es\topt_out\tBAJA\n")
    return {
        "campaign": rows["campaigns.campaign"].pk,
        "contact": rows["contacts.contact"].pk,
        "list": people,
        "sentences": sentences,
        "new": tmp_path / "new.zip",
        "user": "nueva",
    }


def member(name: str) -> User:
    return User.objects.create_user(name, is_staff=True)


def refused(command: Command, words: dict[str, object], user: User) -> bool:
    """Whether the user lacks a right to it; what it did otherwise is undone."""
    Path(str(words["new"])).unlink(missing_ok=True)
    line = shlex.split(command.line.format(**words))
    with transaction.atomic():
        try:
            call_command(*line, "--as", user.username, stdout=StringIO(), stderr=StringIO())
        except CommandError as error:
            return REFUSAL in str(error)
        finally:
            transaction.set_rollback(True)
    return False


def test_table_has_every_command():
    own = {config.name for config in apps.get_app_configs() if _is_own(config.path)}
    there = {name for name, app in get_commands().items() if app in own}

    assert there == {one.name for one in COMMANDS}, HOW_TO


def _is_own(path: str) -> bool:
    return Path(path).is_relative_to(settings.BASE_DIR) and ".venv" not in path


def test_commands_for_users_and_no_others_take_as():
    classes = get_commands()
    acting = {
        one.name
        for one in COMMANDS
        if isinstance(load_command_class(classes[one.name], one.name), ActingCommand)
    }

    assert acting == {one.name for one in WITH_RIGHTS}


@pytest.mark.parametrize("command", WITH_RIGHTS, ids=lambda one: one.line)
def test_command_obeys_each_role_as_the_document_says(command, words):
    wrong = [
        role.value
        for role in SystemRole
        if refused(command, words, as_role(member(role.value), role)) == may(role, command.right)
    ]

    assert wrong == []


@pytest.mark.parametrize("command", WITH_RIGHTS, ids=lambda one: one.line)
def test_command_needs_each_of_its_rights(command, words):
    needed = command.right.split(" + ")
    able = with_rights(member("apta"), smallest_with(needed))

    lacking = [with_rights(member(f"sin {one}"), rights_without([one])) for one in needed]

    assert [refused(command, words, user) for user in (able, *lacking)] == [
        False,
        *[True] * len(lacking),
    ]


@pytest.mark.parametrize("who", ["jefa", None])
def test_report_at_the_command_line_is_an_event(superuser, who):
    call_command("report", "daily_activity", *(["--as", who] if who else []), stdout=StringIO())

    event = Event.objects.get()
    assert (event.actor_name, event.action) == (who or "", "core.download")
    assert (event.object_text, event.after) == ("daily_activity.table", {"rows": 0})
    assert event.origin == "command report"


def test_command_masks_addresses_for_who_may_not_read_them(words):
    user = with_rights(member("ciega"), rights_without(["view_full_address"]))

    output = StringIO()
    call_command("report", "opt_outs", "--as", user.username, stdout=output)

    assert "+56 9 •••• 0946" in output.getvalue()
    assert access.PHONE not in output.getvalue()
