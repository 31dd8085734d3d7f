"""The addresses of people besides Contact.phone, and at which of them somebody is written to.

Contact.phone is the phone that campaigns use, and nearly everybody has no other address: so it is
no row here. Every other identity is one: a WhatsApp user id, a second phone, a short code or the
name of a machine, an account of another network.
"""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from contacts.permissions import said_address
from contacts.phones.keys import phone_key
from contacts.states import AddressChannel, Channel
from waproject.tenants.managers import TenantManager
from waproject.tenants.models import TenantModel

# Characters of an address that is no phone. Meta gives user ids of up to 131.
ADDRESS_LENGTH = 255


class AddressQuerySet(models.QuerySet["Address"]):
    def identities(self) -> "AddressQuerySet":
        """The rows by which a person is found; not those that only bar Contact.phone somewhere."""
        return self.filter(bars_phone=False)

    def further_phones(self, phones: Iterable[str]) -> dict[str, int]:
        """The contact of each of these phones (E.164) that is somebody's second: ids, by key."""
        found = self.filter(key__in=[*map(phone_key, phones)], channel=AddressChannel.PHONE)
        return dict(found.values_list("key", "contact_id"))

    def blocked(self) -> "AddressQuerySet":
        """Those at which the provider said that it cannot reach the person."""
        return self.filter(blocked_at__isnull=False)

    def lift_blocks(self) -> None:
        """Take back that people cannot be reached at these addresses."""
        self.filter(bars_phone=True).delete()
        self.update(blocked_at=None, blocked_code="")


class Address(TenantModel):
    """An address of a person that is not their Contact.phone, as the provider spells it.

    `key` is the address in the one spelling by which it is compared (contacts.phones.keys). Where
    `blocked_at` is set, the provider could not reach the person there, and `blocked_code` says why.
    Contact.phone itself has a row only while it is blocked on a channel (`bars_phone`); such a row
    identifies nobody.
    """

    contact = models.ForeignKey(
        "contacts.Contact",
        verbose_name=_("contact"),
        on_delete=models.CASCADE,
        related_name="addresses",
    )
    channel = models.CharField(_("channel"), max_length=10, choices=AddressChannel)
    value = models.CharField(_("address"), max_length=ADDRESS_LENGTH)
    key = models.CharField(max_length=ADDRESS_LENGTH, editable=False)
    blocked_at = models.DateTimeField(_("unreachable since"), null=True, blank=True, editable=False)
    blocked_code = models.CharField(_("error code"), max_length=50, blank=True, editable=False)
    bars_phone = models.BooleanField(default=False, db_default=False, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects: ClassVar = TenantManager.from_queryset(AddressQuerySet)()

    class Meta:
        db_table = "contact_addresses"
        default_permissions = ()  # as those of the contact
        verbose_name = _("address")
        verbose_name_plural = _("addresses")
        ordering = ["id"]
        constraints = [
            # The key first: people are looked up by it, whatever the channel.
            models.UniqueConstraint(
                name="one_contact_per_address",
                fields=["tenant", "key", "channel"],
                opclasses=["int8_ops", "varchar_pattern_ops", "varchar_pattern_ops"],
                violation_error_message=_("Another contact has this address."),
            ),
            models.CheckConstraint(
                name="address_channel_is_known", condition=Q(channel__in=AddressChannel.values)
            ),
        ]

    def __str__(self) -> str:
        return said_address(self.value)

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.key = phone_key(self.value)
        super().save(*args, **kwargs)

    @property
    def barred(self) -> str:
        """Since when, and by which error, the person cannot be reached here; "" when they can."""
        if not self.blocked_at:
            return ""
        day = date_format(timezone.localtime(self.blocked_at), "SHORT_DATE_FORMAT")
        return f"{day} ({self.blocked_code})" if self.blocked_code else day


def address_on(channel: str, contact: str = "") -> Combinable:
    """An expression for where to write to a contact on a channel; null when there is nowhere.

    An SMS needs a phone; WhatsApp takes the phone and, without one, the latest WhatsApp user id; a
    channel without phones takes its latest address. `contact` is the path to the contact, such as
    `contact__`; empty where the contact is the row itself. An empty channel stands for any.
    """
    phone = F(f"{contact}phone")
    if channel == Channel.SMS:
        return phone
    latest = latest_address(contact, channel=channel or Channel.WHATSAPP)
    return latest if channel == Channel.OTHER else Coalesce(phone, latest)


def latest_address(contact: str = "", **of: Any) -> Subquery:
    """An expression for the latest address of a contact among those of a kind (`channel=...`)."""
    rows = Address.objects.identities().filter(contact=OuterRef(f"{contact}pk"), **of)
    return Subquery(rows.order_by("-pk").values("value")[:1])


def is_second_phone(contact: Any, address: Any) -> models.Exists:
    """The condition that an address is a phone of a contact beside Contact.phone.

    Both are references to columns outside of the subquery.
    """
    rows = Address.objects.filter(channel=AddressChannel.PHONE, contact=contact, value=address)
    return models.Exists(rows)


def is_blocked(channel: str, contact: Any, phone: Any) -> Q:
    """The condition that a contact cannot be reached on a channel at the address they have there.

    `contact` and `phone` are references to the contact's id and phone, outside of the subquery. A
    block of a phone counts for as long as the contact has that phone.
    """
    latest = latest_address("contact__", channel=channel)
    address = {Channel.SMS: phone, Channel.OTHER: latest}.get(Channel(channel))
    rows = Address.objects.blocked().filter(
        contact=contact, channel=channel, value=address or Coalesce(phone, latest)
    )
    return Q(models.Exists(rows))
