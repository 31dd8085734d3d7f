"""What happens around a log-in, as the log of operations names it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SigninAction(models.TextChoices):
    """A person does these to their own account, or a stranger tries to: no right is asked."""

    LOGGED_IN = "signin.logged_in", _("Logged in")
    LOGGED_OUT = "signin.logged_out", _("Logged out")
    SESSION_OVER = "signin.session_over", _("Was logged out, as the session was over")
    FAILED = "signin.failed", _("A log-in failed")
    LOCKED = "signin.locked", _("Log-ins have to wait after wrong passwords")
    CODE_FAILED = "signin.code_failed", _("A code of the second factor was wrong")
    PASSWORD_RESET = "signin.password_reset", _("Chose a new password by a link")
    FACTOR_ADDED = "signin.factor_added", _("Added a second factor")
    FACTOR_REMOVED = "signin.factor_removed", _("Removed a second factor")
    CODES_RENEWED = "signin.codes_renewed", _("Made new recovery codes")
    SESSIONS_ENDED = "signin.sessions_ended", _("Ended sessions of their own")


class HelpAction(models.TextChoices):
    """What staff do for another user, each with its permission."""

    FACTOR_TAKEN_AWAY = "signin.factor_taken_away", _("Took a user's second factor away")

    @property
    def permission(self) -> str:
        return "accounts.change_user"
