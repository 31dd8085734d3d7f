"""What a person may do with invitations, as the log of operations names it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class InvitationAction(models.TextChoices):
    INVITE = "invitations.invite", _("Invited a person")
    RESEND = "invitations.resend", _("Sent an invitation again")
    WITHDRAW = "invitations.withdraw", _("Withdrew an invitation")

    @property
    def permission(self) -> str:
        return "accounts.add_user"


class GuestAction(models.TextChoices):
    """Whoever has the link may do this."""

    ACCEPT = "invitations.accept", _("Accepted an invitation")
