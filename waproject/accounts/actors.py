"""Who does something: a user, or the system itself."""

from typing import Final

from django.utils.translation import gettext as _

from waproject.accounts.models import User
from waproject.core.admin.permissions import require


class System:
    """The clock, a worker, or an operator at the command line. It may do everything."""

    def __str__(self) -> str:
        return _("the system")


SYSTEM: Final = System()

Actor = User | System


def user_of(actor: Actor) -> User | None:
    """The user who acts; None for the system."""
    return None if isinstance(actor, System) else actor


def permit(actor: Actor, *permissions: str) -> None:
    """Raise PermissionDenied, naming what is missing, unless the actor may do this.

    `permissions` are as has_perm takes them: `contacts.view_contact`.
    """
    if not isinstance(actor, System):
        require(actor, *permissions)
