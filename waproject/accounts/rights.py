"""What a user may do in the business of the scope."""

from dataclasses import dataclass

from waproject.accounts import permissions
from waproject.accounts.models import Role, User
from waproject.tenants.scope import current_tenant_id, has_tenant

# Above every role.
_OPERATOR = 1_000


@dataclass(frozen=True)
class Rights:
    """`names` are those of rights, `permissions` what Django calls them."""

    level: int
    names: frozenset[str]
    permissions: frozenset[str]

    def include(self, other: "Rights") -> bool:
        """Whether whoever has these has all of the others too, at no lower level."""
        return other.level <= self.level and other.names <= self.names


NONE = Rights(0, frozenset(), frozenset())


def rights_of(user: User) -> Rights:
    """The rights by the user's role: none outside of a business, all for a superuser.

    A user object asks the database once for each business. A new request loads a new one.
    """
    if not user.is_active:
        return NONE
    if user.is_superuser:
        return _all()
    if not has_tenant():
        return NONE
    known: dict[int, Rights] = user.__dict__.setdefault("_rights", {})
    tenant_id = current_tenant_id()
    if tenant_id not in known:
        known[tenant_id] = rights_in(role_of(user))
    return known[tenant_id]


def role_of(user: User) -> Role | None:
    """The user's role in the business of the scope."""
    held = {"memberships__user": user, "memberships__tenant": current_tenant_id()}
    found: Role | None = Role.objects.filter(**held).first()
    return found


def rights_in(role: Role | None) -> Rights:
    """The rights that a role gives."""
    if role is None:
        return NONE
    return Rights(role.level, role.rights, permissions.permissions_of(role.rights))


def forget_rights(user: User) -> None:
    """Ask the database anew the next time: the role of this user object has changed."""
    user.__dict__.pop("_rights", None)


def _all() -> Rights:
    names = frozenset(permissions.rights())
    return Rights(
        _OPERATOR, names, permissions.permissions_of(names) | permissions.technical_permissions()
    )
