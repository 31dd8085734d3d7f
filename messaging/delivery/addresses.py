"""The address at which a campaign writes to a person: the one that their contact has now."""

from django.db.models import F
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from contacts.states import Channel


def present_address(channel: str, contact: str = "") -> Combinable:
    """An expression for where to write to a contact on a channel; null when there is nowhere.

    An SMS needs a phone; WhatsApp takes the phone and, without one, the WhatsApp user id. `contact`
    is the path to the contact, such as `contact__`; empty where the contact is the row itself.
    """
    phone = F(f"{contact}phone")
    return phone if channel == Channel.SMS else Coalesce(phone, F(f"{contact}whatsapp_user_id"))
