"""The states of a contact, which operations alone move between, and the ways to reach one."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    WHATSAPP = "whatsapp", "WhatsApp"
    SMS = "sms", "SMS"
    # RCS, Messenger, and what the provider may bring: people may write there, campaigns do not.
    OTHER = "other", _("other")


class ContactStatus(models.TextChoices):
    ACTIVE = "active", _("active")
    OPTED_OUT = "opted_out", _("opted out")
    INVALID = "invalid", _("invalid")
