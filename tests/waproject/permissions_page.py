"""docs/permissions.md, from the rights in the code and from the table of access.

make permissions
"""

import re
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.urls import URLResolver, get_resolver
from django.utils import translation

from tests.waproject.access import is_enough, pages
from tests.waproject.access_table import (
    ANYONE,
    LOGGED_IN,
    NOBODY,
    STAFF,
    SUPERUSER,
    Page,
)
from tests.waproject.action_table import ACTIONS
from tests.waproject.command_table import COMMANDS, OPERATOR
from waproject.accounts.permissions import modules, names_held_by, rights
from waproject.accounts.states import SystemRole

PATH = Path(settings.BASE_DIR) / "docs" / "permissions.md"
INTRODUCTION = """\
# Who may do what

Made by `make permissions` from the code; one test holds that it is up to date, and another asks
every address below in every role.

A user has one role in a business, and another or none in the next one
([why](decisions/0028-roles-and-their-rights.md)). Each business begins with the six roles below and
adds its own on the page “Roles”. Nobody gives a role with a right or a level that they do not have
themselves. A superuser operates the installation, works for every business and may do everything.

On the page “Business” one can demand that a launch to more than so many people is approved by a
second person with the right `campaigns.approve`. The approval holds for the campaign as it was, and
for a tenth more people; whoever gave it cannot launch on the strength of it.
"""
ROUTES = """
## Addresses

`r`: the role may open it (GET). `w`: it may send something to it (POST). It needs one of the rights
in the column; a `+` means both. “staff” is everybody with a role, “superuser” the operator alone,
“nobody” not even they. Left out are pages that refuse everybody or show only what is one's own.
"""
LISTS = """
## Actions of lists

Besides the right to see the list.
"""
# What a person types in the place of a part of a command's line.
PARTS = {
    "campaign": "ID",
    "contact": "ID",
    "list": "FILE",
    "sentences": "FILE",
    "new": "FILE",
    "user": "USER",
}
COMMANDS_OF_USERS = """
## Commands

`manage.py COMMAND --as USER` does what that user may do on the pages, and the log of operations
names them. Without `--as` a command is the operator's: it asks for no right, and its events are
those of “the system”, from `command COMMAND`.
"""
COMMANDS_OF_OPERATORS = """
These work for the whole installation, are the operator's alone, and take no `--as`: %s.
"""


def page() -> str:
    """The whole text, in English."""
    with translation.override("en"):
        parts = [
            INTRODUCTION,
            *_roles(),
            *_rights(),
            ROUTES,
            *_routes(),
            LISTS,
            *_actions(),
            *_commands(),
        ]
    return "\n".join(part.rstrip("\n") for part in parts) + "\n"


def _roles() -> Iterator[str]:
    yield "\n| Role | Level | |\n|---|---|---|"
    for role in SystemRole:
        yield f"| {role.label} | {role.level} | {role.description} |"


def _rights() -> Iterator[str]:
    yield "\n## Rights\n"
    yield _head("Module", "May", "Right")
    for module in modules():
        for right in module.named_rights():
            marks = ["✓" if right.name in names_held_by(role) else "" for role in SystemRole]
            yield _row(str(module.label), str(right.label), f"`{right.name}`", *marks)


def _routes() -> Iterator[str]:
    routes = dict(_walk(get_resolver(), "", "/"))
    yield "\n" + _head("Address", "To open", "To send")
    opened = [one for one in pages() if (one.get, one.post) != (NOBODY, NOBODY)]
    for address, one in sorted(
        ((_address(page, routes), page) for page in opened), key=lambda pair: pair[0]
    ):
        marks = [
            ("r" if may(role, one.get) else "") + ("w" if may(role, one.post) else "")
            for role in SystemRole
        ]
        yield _row(f"`{address}`", _in_rights(one.get), _in_rights(one.post), *marks)


def _actions() -> Iterator[str]:
    yield "\n" + _head("List", "Action", "Right")
    for label, actions in ACTIONS.items():
        for name, needed in actions.items():
            marks = ["✓" if may(role, needed) else "" for role in SystemRole]
            yield _row(label, f"`{name}`", _in_rights(needed), *marks)


def _commands() -> Iterator[str]:
    yield COMMANDS_OF_USERS + "\n" + _head("Command", "Right")
    for command in COMMANDS:
        if command.right != OPERATOR:
            marks = ["✓" if may(role, command.right) else "" for role in SystemRole]
            typed = re.sub(r"\{(\w+)\}", lambda part: PARTS[part[1]], command.line)
            yield _row(f"`{typed}`", _in_rights(command.right), *marks)
    operators = sorted(f"`{one.name}`" for one in COMMANDS if one.right == OPERATOR)
    yield COMMANDS_OF_OPERATORS % ", ".join(operators)


def may(role: str, right: str) -> bool:
    """Whether a system role has what the table of access asks for."""
    if right in (ANYONE, LOGGED_IN, STAFF):
        return True
    return right not in (NOBODY, SUPERUSER) and is_enough(names_held_by(SystemRole(role)), right)


def _in_rights(right: str) -> str:
    """What the table asks for, by the names of rights."""
    if right in (ANYONE, LOGGED_IN, STAFF, NOBODY, SUPERUSER):
        return right
    ways = []
    for way in right.split(" | "):
        steps = []
        for codename in way.split(" + "):
            names = [
                name
                for name, one in rights().items()
                if codename in {full.partition(".")[2] for full in one.permissions}
            ]
            steps.append(", ".join(f"`{name}`" for name in names))
        ways.append(" + ".join(dict.fromkeys(steps)))
    return ", ".join(dict.fromkeys(ways))


def _walk(resolver: URLResolver, space: str, before: str) -> Iterator[tuple[str, str]]:
    """Each address by the name that the table has for it."""
    for one in resolver.url_patterns:
        route = before + str(one.pattern).removeprefix("^").removesuffix("$")
        if isinstance(one, URLResolver):
            yield from _walk(one, f"{space}{one.namespace}:" if one.namespace else space, route)
        else:
            yield f"{space}{one.name or one.pattern}", route


def _address(page: Page, routes: dict[str, str]) -> str:
    """`/admin/contacts/contact/ID/change/`, with the parts that the table gives."""
    if "app_label" in page.url_args:
        return f"/admin/{page.url_args['app_label']}/"
    if page.name == "admin:<path:object_id>/":
        return "/admin/APP/MODEL/ID/"
    route = re.sub(
        r"<(?:\w+:)?(\w+)>", lambda part: page.url_args.get(part[1], "ID"), routes[page.name]
    )
    query = "&".join(f"{name}={value}" for name, value in page.query.items())
    return f"{route}?{query}" if query else route


def _head(*first: str) -> str:
    names = [role.value.replace("_", " ") for role in SystemRole]
    return _row(*first, *names) + "\n" + "|---" * (len(first) + len(names)) + "|"


def _row(*cells: str) -> str:
    return "| " + " | ".join(cells) + " |"


def write() -> None:
    PATH.write_text(page())
