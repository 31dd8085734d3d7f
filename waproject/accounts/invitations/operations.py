"""Inviting, sending again, withdrawing and accepting."""

import hashlib
import secrets

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from waproject.accounts.actions import RoleAction
from waproject.accounts.actors import SYSTEM, Actor, permit, user_of
from waproject.accounts.invitations.actions import GuestAction, InvitationAction
from waproject.accounts.invitations.models import Invitation
from waproject.accounts.memberships import members
from waproject.accounts.models import Role, User
from waproject.accounts.operations import assign_role, more_than_own, require_within
from waproject.accounts.rights import rights_in
from waproject.audit.acting import Entry, acting, record
from waproject.tenants.scope import all_tenants, in_tenant


class CannotInvite(Exception):
    """Why not, in a sentence for the person who asked."""


class LinkHasEnded(Exception):
    """The link was used, withdrawn, replaced or is too old."""


def invite(email: str, role: Role, *, by: Actor) -> tuple[Invitation, str]:
    """Ask somebody to work for the business in this role; return the invitation and its token.

    One that is still open for this address is renewed. Raises MoreThanOwn when its role, or the
    role now, has what the actor lacks, and CannotInvite when the person works here already.
    """
    permit(by, RoleAction.ASSIGN.permission)
    email = email.strip().lower()
    with acting(by, InvitationAction.INVITE, Invitation, text=email) as event:
        former = Invitation.objects.unanswered().filter(email=email).select_related("role")
        for one in (role, *(invitation.role for invitation in former)):
            require_within(by, rights_in(one))
        if sentence := works_here(email):
            raise CannotInvite(sentence)
        token, fields = _new_link()
        invitation, _is_new = Invitation.objects.unanswered().update_or_create(
            email=email, defaults={"role": role, "invited_by": user_of(by), **fields}
        )
        event.about, event.after = invitation, {"role": role.name}
    return invitation, token


def works_here(email: str) -> str:
    """That the person of this address works for the business already, as a sentence; else ""."""
    if not members().filter(_goes_by(email)).exists():
        return ""
    return _("%(email)s works here already.") % {"email": email}


def resend(invitation: Invitation, *, by: Actor) -> str:
    """Renew the link, whose former one ends; return the new token."""
    with acting(by, InvitationAction.RESEND, invitation, text=invitation.email):
        require_within(by, rights_in(invitation.role))
        token, fields = _new_link()
        if not Invitation.objects.unanswered().filter(pk=invitation.pk).update(**fields):
            raise CannotInvite(_answered(invitation))
        invitation.refresh_from_db()
    return token


def withdraw(invitation: Invitation, *, by: Actor) -> None:
    """End the link. Raises MoreThanOwn when its role has what the actor lacks."""
    with acting(by, InvitationAction.WITHDRAW, invitation, text=invitation.email):
        require_within(by, rights_in(invitation.role))
        waiting = Invitation.objects.unanswered().filter(pk=invitation.pk)
        if not waiting.update(withdrawn_at=timezone.now()):
            raise CannotInvite(_answered(invitation))


def invitation_of(token: str) -> Invitation:
    """The invitation of a link, whichever business it is of. Raises LinkHasEnded.

    The link of somebody who may not invite into this role any more has ended too.
    """
    with all_tenants():
        valid = Invitation.objects.valid().select_related("role", "tenant", "invited_by")
        found = valid.filter(token_hash=_hash(token)).first()
    if found is None or not _is_meant(found):
        raise LinkHasEnded
    return found


def user_invited(invitation: Invitation) -> User | None:
    """The user that the person has already, for another business."""
    return User.objects.filter(_goes_by(invitation.email)).order_by("pk").first()


def accept(token: str, *, password: str, first_name: str, last_name: str) -> User:
    """Make the user of a link, which ends with this. Raises LinkHasEnded."""
    invitation = invitation_of(token)
    user = User(
        username=invitation.email,
        email=invitation.email,
        first_name=first_name,
        last_name=last_name,
        is_staff=True,
    )
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save()
            _answer(invitation, user)
    except IntegrityError:  # the same link twice at the same moment
        raise LinkHasEnded from None
    return user


def join(token: str, user: User) -> None:
    """Let the invited, who is a user already, work for the business too. Raises LinkHasEnded."""
    invitation = invitation_of(token)
    if user_invited(invitation) != user:
        raise LinkHasEnded
    with transaction.atomic():
        _answer(invitation, user)


def _answer(invitation: Invitation, user: User) -> None:
    """Use the invitation up, once, and give the role that it promised."""
    with in_tenant(invitation.tenant.pk):
        valid = Invitation.objects.valid().filter(pk=invitation.pk)
        if not valid.filter(token_hash=invitation.token_hash).update(accepted_at=timezone.now()):
            raise LinkHasEnded
        if members().filter(pk=user.pk).exists():
            raise LinkHasEnded
        assign_role(user, invitation.role, by=SYSTEM)
        entry = Entry(invitation, invitation.email, after={"role": invitation.role.name})
        record(user, GuestAction.ACCEPT.value, entry)


def _is_meant(invitation: Invitation) -> bool:
    """Whether whoever invited could do so today."""
    inviter = invitation.invited_by
    if inviter is None:
        return True
    with in_tenant(invitation.tenant.pk):
        may_invite = inviter.has_perm(InvitationAction.INVITE.permission)
        return may_invite and not more_than_own(inviter, rights_in(invitation.role))


def _goes_by(email: str) -> Q:
    return Q(username__iexact=email) | Q(email__iexact=email)


def _new_link() -> tuple[str, dict[str, object]]:
    token, now = secrets.token_urlsafe(32), timezone.now()
    ends = now + settings.INVITATION_LASTS
    return token, {"token_hash": _hash(token), "sent_at": now, "ends_at": ends}


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _answered(invitation: Invitation) -> str:
    return _("The invitation of %(email)s was answered or withdrawn already.") % {
        "email": invitation.email
    }
