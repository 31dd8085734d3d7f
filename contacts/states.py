"""The states of a contact, which operations alone move between, and the ways to reach one."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    WHATSAPP = "whatsapp", "WhatsApp"
    SMS = "sms", "SMS"
    # RCS, Messenger, and what the provider may bring: people may write there, campaigns do not.
    OTHER = "other", _("other")


class AddressChannel(models.TextChoices):
    """Where an address belongs: to one channel, or, as a further phone, to all that use phones."""

    PHONE = "phone", _("phone")
    WHATSAPP = Channel.WHATSAPP.value, Channel.WHATSAPP.label
    SMS = Channel.SMS.value, Channel.SMS.label
    OTHER = Channel.OTHER.value, Channel.OTHER.label


class ContactStatus(models.TextChoices):
    ACTIVE = "active", _("active")
    OPTED_OUT = "opted_out", _("opted out")
    INVALID = "invalid", _("invalid")


# What stands in the place of an address that is not kept any more, before the contact's number.
STAND_IN = "erased:"
