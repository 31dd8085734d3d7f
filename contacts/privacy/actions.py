"""What a person may do about people's own rights, for the log of operations."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PrivacyAction(models.TextChoices):
    ERASE = "contacts.erase", _("Erased a person")
    DISCLOSE = "contacts.disclose", _("Made the file of all that is held of a person")

    @property
    def permission(self) -> str:
        return f"{self.value}_contact"


class ErasureReason(models.TextChoices):
    """Why somebody is erased: of a fixed list, since a free text could name the person."""

    REQUEST = "request", _("the person asked for it")
    NOT_NEEDED = "not_needed", _("their data is not needed any more")
    NO_BASIS = "no_basis", _("there was no legal basis to hold it")
