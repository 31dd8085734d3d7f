"""What staff do with senders at the provider, for the log of operations."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class StandingAction(models.TextChoices):
    CONNECT = "standing.connect", _("Took numbers of an account into use")

    @property
    def permission(self) -> str:
        return "messaging.add_sender"
