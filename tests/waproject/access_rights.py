"""How the table of access is written: rights, and the pages that need them."""

from dataclasses import dataclass, field

ANYONE, LOGGED_IN, STAFF, NOBODY = "anyone", "logged in", "staff", "nobody"
SUPERUSER = "superuser"
# The file of the rows that are tried.
FILE_ID = "00000000-0000-4000-8000-000000000001"


@dataclass(frozen=True)
class Rights:
    """The usual pages of a model's admin. `see`: list, page and history."""

    see: str
    add: str = NOBODY
    change: str = NOBODY
    delete: str = NOBODY


@dataclass(frozen=True)
class Page:
    """An address, by the name in the URL configuration (by the route, where it has no name).

    `model`: the label of the one whose row the address is about, where the name does not begin with
    it. `without`: further permissions that a user must not have to be refused, by their beginning.
    """

    name: str
    get: str
    post: str
    url_args: dict[str, str] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)
    model: str = ""
    without: str = "-"


def usual(model: str, *, see: str = "") -> Rights:
    """As Django has it: a permission each, and who may change may see."""
    return Rights(
        see=f"view_{model} | change_{model}{see}",
        add=f"add_{model}",
        change=f"change_{model}",
        delete=f"delete_{model}",
    )


def page(name: str, right: str, *, model: str = "") -> Page:
    """A page of which a form is a part: one right opens it and sends it."""
    return Page(name, get=right, post=right, model=model)


def only_seen(model: str) -> Rights:
    return Rights(see=f"view_{model}")
