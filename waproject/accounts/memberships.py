"""For which businesses users work, and who of a business has which right.

One of the people who can give roles always stays: without one nobody of the business could let
anybody in or help a colleague out. Superusers could, but they are of the installation, and do not
count.
"""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from waproject.accounts import permissions
from waproject.accounts.models import Membership, Role, User
from waproject.tenants.models import Tenant
from waproject.tenants.scope import current_tenant_id, in_tenant

GIVE = "users.assign_roles"


class NobodyLeft(Exception):
    """Nobody of a business could give roles any more; the text is a sentence for a person."""


def tenants_of(user: User) -> "QuerySet[Tenant]":
    """The businesses that this user may work for: all of them for a superuser."""
    if user.is_superuser:
        return Tenant.objects.all()
    return Tenant.objects.filter(pk__in=Membership.objects.filter(user=user).values("tenant"))


def held_here() -> "QuerySet[Membership]":
    """The memberships in the scope's business."""
    found: QuerySet[Membership] = Membership.objects.filter(tenant=current_tenant_id())
    return found


def members() -> "QuerySet[User]":
    """The users of the scope's business, active or not."""
    return User.objects.filter(pk__in=held_here().values("user"))


def colleagues() -> "QuerySet[User]":
    """The users who may work for the scope's business: its members, and superusers."""
    return User.objects.filter(Q(pk__in=held_here().values("user")) | Q(is_superuser=True))


def members_with(roles: Iterable[Role]) -> "QuerySet[User]":
    """The users of the business, active or not, who have one of these roles there."""
    held = held_here().filter(role__in=[*roles])
    return User.objects.filter(pk__in=held.values("user"))


def roles_with(*rights: str) -> list[Role]:
    """The roles of the business that have all these rights, the highest first."""
    return [role for role in Role.objects.all() if role.rights.issuperset(rights)]


def holders_of(permission: str) -> "QuerySet[User]":
    """The users of the business, active or not, whose role has one of Django's permissions."""
    names = {right.name for right in permissions.rights_with(permission)}
    return members_with(role for role in Role.objects.all() if names & role.rights)


@contextmanager
def a_giver_stays(businesses: Iterable[int]) -> Iterator[None]:
    """Raise NobodyLeft at the end when what was done inside took a business's last giver of roles.

    It belongs into a transaction, which holds those people: of two who take the right from each
    other at the same moment the second waits, and then is the last.
    """
    before = {}
    for tenant_id in sorted(businesses):
        with in_tenant(tenant_id):
            held = held_here().filter(role__in=roles_with(GIVE))
            [*held.select_for_update(no_key=True).order_by("pk")]
            before[tenant_id] = givers().exists()
    yield
    for tenant_id, had_one in before.items():
        with in_tenant(tenant_id):
            if had_one and not givers().exists():
                raise NobodyLeft(_sentence())


def givers() -> "QuerySet[User]":
    """The users of the scope's business who may enter, and give roles."""
    return members_with(roles_with(GIVE)).filter(is_active=True, is_staff=True)


def why_needed(users: Collection[int], businesses: Iterable[int]) -> str:
    """That nobody would be left without these users, as a sentence; "" when they can be spared."""
    for tenant_id in businesses:
        with in_tenant(tenant_id):
            found = {*givers().values_list("pk", flat=True)}
            if found and found <= {*users}:
                return _sentence()
    return ""


def businesses_of(users: Collection[int]) -> list[int]:
    """The ids of the businesses that these users work for."""
    held = Membership.objects.filter(user__in=users).order_by("tenant")
    return [*dict.fromkeys(held.values_list("tenant_id", flat=True))]


def _sentence() -> str:
    return _(
        "Nobody of %(business)s would be left who can give roles. Give somebody else the right"
        " “%(right)s” first."
    ) % {
        "business": Tenant.objects.get(pk=current_tenant_id()).name,
        "right": permissions.rights()[GIVE],
    }
