"""Giving people roles, and making roles. Nobody gives more than they have."""

from collections.abc import Collection

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from waproject.accounts import permissions
from waproject.accounts.actions import RoleAction
from waproject.accounts.actors import Actor, System
from waproject.accounts.memberships import a_giver_stays, held_here, members_with, tenants_of
from waproject.accounts.models import Membership, Role, User
from waproject.accounts.rights import Rights, forget_rights, rights_in, rights_of, role_of
from waproject.accounts.states import SystemRole
from waproject.audit.acting import acting
from waproject.tenants.scope import current_tenant_id, in_tenant


class MoreThanOwn(PermissionDenied):
    """Somebody would give, take or change rights that they do not have; a sentence says which."""


class CannotChangeRoles(Exception):
    """The change is not possible, whoever asks for it; the text is a sentence for them."""


def add_system_roles() -> None:
    """Make the six roles of a new business."""
    Role.objects.bulk_create(
        Role(name=one.value, level=one.level, is_system=True) for one in SystemRole
    )


def assign_role(user: User, role: Role | None, *, by: Actor) -> list[str]:
    """Make this the user's role in the business; None: the user works there no more.

    Returns what followed from it, in sentences (`tell`). Raises MoreThanOwn when the role before or
    after has what the actor lacks, and NobodyLeft when nobody would be left who can give roles.
    """
    here = [current_tenant_id()]
    with (
        acting(by, RoleAction.ASSIGN, user, text=user.get_username()) as event,
        a_giver_stays(here),
    ):
        held = held_here().select_for_update().filter(user=user)
        membership = held.first()
        old = Role.objects.get(pk=membership.role_id) if membership else None
        if old == role:
            event.drop()
            return []
        for one in (old, role):
            require_within(by, rights_in(one))
        event.before, event.after = {"role": _named(old)}, {"role": _named(role)}
        if role is None:
            held.delete()
        else:
            Membership.objects.update_or_create(
                user=user, tenant_id=current_tenant_id(), defaults={"role": role}
            )
        forget_rights(user)
        return tell([user.pk], by=by) if old else []


def shut_out(user: User, *, by: Actor) -> list[str]:
    """Let the apps hear that a user cannot enter any more, in each business that they work for.

    In the transaction of that change. Returns what was done about it in the business of the scope,
    in sentences.
    """
    here = current_tenant_id()
    told: list[str] = []
    for business in tenants_of(user).order_by("pk"):
        with in_tenant(business.pk):
            found = tell([user.pk], by=by)
        told = found if business.pk == here else told
    return told


def tell(users: Collection[int], *, by: Actor) -> list[str]:
    """Let settings.RIGHTS_LISTENERS hear that these users may do other things here than before.

    Returns what they did about it, in sentences.
    """
    found = [import_string(name)(users, by=by) for name in settings.RIGHTS_LISTENERS]
    return [sentence for sentence in found if sentence]


def save_role(role: Role, rights: "set[str] | frozenset[str]", *, by: Actor) -> list[str]:
    """Store a new or changed role of the business's own with these rights and what they need.

    Returns what followed for those who have it where it lost a right, in sentences (`tell`). Raises
    MoreThanOwn when the role before or after has what the actor lacks, and NobodyLeft when nobody
    would be left who can give roles.
    """
    is_new = role.pk is None
    action, here = RoleAction.ADD if is_new else RoleAction.CHANGE, [current_tenant_id()]
    had: frozenset[str] = frozenset()
    with acting(by, action, Role) as event, a_giver_stays(here):
        if not is_new:
            before = Role.objects.select_for_update().get(pk=role.pk)
            _require_own(before)
            require_within(by, rights_in(before))
            event.before, had = _described(before), before.rights
        _require_own(role)
        role.stored_rights = sorted(permissions.with_needs(permissions.known(rights)))
        require_within(by, rights_in(role))
        role.full_clean()
        role.save()
        event.about, event.text, event.after = role, role.title, _described(role)
        if had <= role.rights:
            return []
        return tell(members_with([role]).values_list("pk", flat=True), by=by)


def delete_role(role: Role, *, by: Actor) -> None:
    """Delete a role of the business's own that nobody has."""
    with acting(by, RoleAction.DELETE, role, text=role.title) as event:
        _require_own(role)
        require_within(by, rights_in(role))
        count = Membership.objects.filter(role=role).count()
        if count:
            raise CannotChangeRoles(
                ngettext(
                    "%(role)s is the role of %(count)s user. Give them another one first.",
                    "%(role)s is the role of %(count)s users. Give them another one first.",
                    count,
                )
                % {"role": role.title, "count": count}
            )
        event.before = _described(role)
        Role.objects.filter(pk=role.pk).delete()


def require_within(by: Actor, rights: Rights) -> None:
    """Raise MoreThanOwn when these rights are more than the actor's."""
    sentence = more_than_own(by, rights)
    if sentence:
        raise MoreThanOwn(sentence)


def more_than_own(by: Actor, rights: Rights) -> str:
    """What of these rights the actor lacks, as a sentence; "" when it is nothing."""
    if isinstance(by, System):
        return ""
    own = rights_of(by)
    lacked = sorted(str(permissions.rights()[name]) for name in rights.names - own.names)
    if lacked:
        return _("Your own role lacks these rights: %(rights)s.") % {"rights": "; ".join(lacked)}
    if rights.level > own.level:
        return _("The level %(level)s is above that of your own role, %(own)s.") % {
            "level": rights.level,
            "own": own.level,
        }
    return ""


def may_change_account(by: User, user: User) -> bool:
    """Whether `by`, who may change users, may change the account of this one.

    Whoever changes an account could log in with it. So it has no more rights than theirs, in
    whatever business: that of another business's user is changed by superusers alone.
    """
    if by.is_superuser:
        return True
    if user.is_superuser:
        return False
    if user.memberships.exclude(tenant=current_tenant_id()).exists() and user != by:
        return False
    return rights_of(by).include(rights_in(role_of(user)))


def _require_own(role: Role) -> None:
    if role.is_system:
        raise CannotChangeRoles(_("The six roles of the system cannot be changed. Add one."))


def _named(role: Role | None) -> str:
    return role.name if role else ""


def _described(role: Role) -> dict[str, object]:
    return {
        "name": role.name,
        "description": role.description,
        "level": role.level,
        "rights": sorted(role.rights),
    }
