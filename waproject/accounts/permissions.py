"""The rights that a role can have, in the product's words, and what Django calls them.

An app lists its rights beside its actions, as modules in settings.PERMISSION_MODULES:

    PERMISSIONS = Module("campaigns", _("Campaigns"), (
        Right("send", _("Launch"), ("campaigns.launch_campaign",), {SystemRole.MANAGER}),
    ))

A right's name is `campaigns.send`. The pages and operations ask for Django's permissions, and a
right is one or several of them.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cache

from django.conf import settings
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from waproject.accounts.states import SystemRole


@dataclass(frozen=True)
class Right:
    """Something that a role may do in one module of the product.

    `permissions` are Django's, as has_perm takes them. `held_by` are the system roles that have it
    besides the super administrator, who has all. Whoever gets it gets the rights in `needs` too.
    """

    action: str
    label: Promise
    permissions: tuple[str, ...]
    held_by: frozenset[SystemRole] | set[SystemRole] = frozenset()
    needs: tuple[str, ...] = ()
    module: str = ""
    module_label: Promise | str = field(default="", compare=False)

    @property
    def name(self) -> str:
        return f"{self.module}.{self.action}"

    def __str__(self) -> str:
        """`Campaigns: launch`, in the language of now."""
        return _("%(module)s: %(right)s") % {"module": self.module_label, "right": self.label}


@dataclass(frozen=True)
class Module:
    """A part of the product and the rights in it.

    `technical` are permissions that no right contains: superusers alone have them.
    """

    name: str
    label: Promise
    rights: tuple[Right, ...] = ()
    technical: frozenset[str] | set[str] = frozenset()

    def named_rights(self) -> tuple[Right, ...]:
        return tuple(
            replace(right, module=self.name, module_label=self.label) for right in self.rights
        )


def modules() -> list[Module]:
    """All modules, in the order of the settings. A path may lead to one or to several."""
    found: list[Module] = []
    for path in settings.PERMISSION_MODULES:
        one = import_string(path)
        found.extend([one] if isinstance(one, Module) else one)
    return found


@cache
def rights() -> dict[str, Right]:
    """All rights by their names."""
    return {right.name: right for module in modules() for right in module.named_rights()}


@cache
def technical_permissions() -> frozenset[str]:
    """The permissions that only superusers have."""
    return frozenset(name for module in modules() for name in module.technical)


@cache
def names_held_by(role: SystemRole) -> frozenset[str]:
    """The names of the rights of a system role."""
    is_whole = role is SystemRole.SUPER_ADMIN
    return frozenset(name for name, right in rights().items() if is_whole or role in right.held_by)


def known(names: Iterable[str]) -> frozenset[str]:
    """Those of the names that are rights: an app that is gone took its own along."""
    return frozenset(names) & rights().keys()


def with_needs(names: Iterable[str]) -> frozenset[str]:
    """The rights, and those without which they are of no use."""
    found, waiting = set(), list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(rights()[name].needs)
    return frozenset(found)


def permissions_of(names: Iterable[str]) -> frozenset[str]:
    """Django's permissions in these rights."""
    return frozenset(one for name in known(names) for one in rights()[name].permissions)


def rights_with(permission: str) -> list[Right]:
    """The rights that contain one of Django's permissions."""
    return [right for right in rights().values() if permission in right.permissions]


def in_words(permission: str) -> str:
    """What a person needs who lacks one of Django's permissions, in the language of now."""
    found = rights_with(permission)
    if found:
        return _(" or ").join(map(str, found))
    return _("the rights of whoever operates this installation")
