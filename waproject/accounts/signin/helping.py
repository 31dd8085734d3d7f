"""Helping a user who lost their second factor."""

from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from waproject.accounts.actors import Actor, System
from waproject.accounts.models import User
from waproject.accounts.operations import may_change_account
from waproject.accounts.signin.actions import HelpAction
from waproject.accounts.signin.sessions import end_all
from waproject.audit.acting import acting


def take_second_factor_away(user: User, *, by: Actor) -> bool:
    """Delete the user's second factors and end their sessions; whether there were any.

    The password remains, so the actor makes sure first that it is the user who asks. Where a second
    factor is demanded the user sets up another one at the next log-in.
    """
    with acting(by, HelpAction.FACTOR_TAKEN_AWAY, user, text=user.get_username()) as event:
        if by == user:
            raise PermissionDenied(_("Your own second factor is changed on its own page."))
        if not isinstance(by, System) and not may_change_account(by, user):
            raise PermissionDenied(_("Your own role has less than this user may do."))
        own = Authenticator.objects.filter(user=user)
        kinds = sorted(str(one.type) for one in own)
        if not kinds:
            event.drop()
            return False
        event.before = {"kinds": kinds}
        own.delete()
        end_all(user)
    return True
