"""The states of a contact; operations alone move between them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ContactStatus(models.TextChoices):
    ACTIVE = "active", _("active")
    OPTED_OUT = "opted_out", _("opted out")
    INVALID = "invalid", _("invalid")
