"""Members of staff, their roles and their browsers."""

from collections.abc import Iterable

from django.test import Client

from waproject.accounts import permissions
from waproject.accounts.models import Membership, Role, User
from waproject.accounts.rights import forget_rights


def permit_only(user: User, *codenames: str) -> User:
    """The user with a role that has these permissions, as a request would load it.

    The role has the smallest rights that contain them, and so perhaps a few permissions besides.
    """
    return with_rights(user, smallest_with(codenames))


def permit_all_but(user: User, *codenames: str) -> User:
    """The user with a role of all rights but those that contain one of these permissions."""
    return with_rights(user, rights_without(codenames))


def with_rights(user: User, names: Iterable[str], *, level: int = 100) -> User:
    """The user with a role of their own that has these rights, as a request would load it."""
    role, _is_new = Role.objects.update_or_create(
        name=f"Rol de {user.username}",
        defaults={"stored_rights": sorted(set(names)), "level": level},
    )
    Membership.objects.update_or_create(user=user, tenant=role.tenant, defaults={"role": role})
    forget_rights(user)
    return User.objects.get(pk=user.pk)


def as_role(user: User, name: str) -> User:
    """The user in a system role: `as_role(staff, "agent")`."""
    role = Role.objects.get(name=name, is_system=True)
    Membership.objects.update_or_create(user=user, tenant=role.tenant, defaults={"role": role})
    forget_rights(user)
    return User.objects.get(pk=user.pk)


def smallest_with(codenames: Iterable[str]) -> frozenset[str]:
    """The smallest rights that contain each of these permissions."""
    return frozenset(map(_smallest_right_with, codenames))


def rights_without(codenames: Iterable[str]) -> list[str]:
    """The rights that contain none of these permissions."""
    left_out = set(codenames)
    return [
        right.name
        for right in permissions.rights().values()
        if left_out.isdisjoint(_codenames(right.permissions))
    ]


def _smallest_right_with(codename: str) -> str:
    containing = [
        right
        for right in permissions.rights().values()
        if codename in _codenames(right.permissions)
    ]
    assert containing, f"No role can have {codename}: only superusers have it."
    return min(containing, key=lambda right: len(right.permissions)).name


def _codenames(names: Iterable[str]) -> list[str]:
    return [name.partition(".")[2] for name in names]


def browser_of(user: User) -> Client:
    """A browser in which the user is logged in."""
    client = Client()
    client.force_login(user)
    return client
