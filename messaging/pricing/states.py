"""What prices there are for, in the words of WhatsApp's price list."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Charge(models.TextChoices):
    """What is charged for one delivered message."""

    MARKETING = "marketing", _("WhatsApp: marketing template")
    UTILITY = "utility", _("WhatsApp: utility template")
    AUTHENTICATION = "authentication", _("WhatsApp: authentication template")
    SERVICE = "service", _("WhatsApp: free text within 24 hours")
    SMS = "sms", _("SMS, each part")
    PROVIDER = "provider", _("WhatsApp: the provider's own fee for each message")


# What is charged on top of the price of a message. The price of an SMS has everything in it.
ON_TOP: dict[Charge, tuple[Charge, ...]] = {
    one: (Charge.PROVIDER,) for one in Charge if one not in (Charge.SMS, Charge.PROVIDER)
}
