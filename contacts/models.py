"""People, their vehicles and tags."""

from typing import Any, ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from contacts.addresses import ADDRESS_LENGTH as ADDRESS_LENGTH
from contacts.addresses import Address as Address
from contacts.import_jobs import ImportedPerson as ImportedPerson
from contacts.import_jobs import ImportJob as ImportJob
from contacts.import_jobs import ImportRejection as ImportRejection
from contacts.import_jobs import ImportRemark as ImportRemark
from contacts.permissions import said_address
from contacts.person.notes import Note as Note
from contacts.phones.fields import PhoneKeyField
from contacts.querysets import ContactQuerySet, TagQuerySet, VehicleManager
from contacts.states import AddressChannel, Channel
from contacts.states import ContactStatus as ContactStatus
from waproject.core.text.places import validate_zone
from waproject.tenants.fields import TenantManyToManyField
from waproject.tenants.managers import TenantManager
from waproject.tenants.models import TenantModel

# What a page beside other things of a person has room for.
VEHICLES_SHOWN = 5


class Tag(TenantModel):
    name = models.CharField(_("name"), max_length=60)

    objects: ClassVar = TenantManager.from_queryset(TagQuerySet)()

    class Meta:
        db_table = "tags"
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                name="one_tag_per_name",
                fields=["tenant", "name"],
                violation_error_message=_("There is already a tag with this name."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Contact(TenantModel):
    """A person, known by a phone number, by other addresses (contacts.addresses), or by both.

    `status` is written by operations alone (optouts.operations, ContactQuerySet.mark_invalid),
    never by a form or an import.
    """

    # Null without one: a unique column can hold many nulls.
    phone = models.CharField(  # noqa: DJ001
        _("phone"),
        max_length=16,
        null=True,
        blank=True,
        help_text=_("With country code, for example +56975400946."),
    )
    # The phone in the one spelling by which people are found. Null without a phone, and while
    # another contact has the same key: `manage.py merge_contacts` joins the two.
    phone_key = PhoneKeyField(max_length=16, null=True, blank=True, editable=False)
    name = models.CharField(_("name"), max_length=200, blank=True)
    email = models.EmailField(_("email"), blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    time_zone = models.CharField(
        _("time zone"),
        max_length=40,
        blank=True,
        default="",
        db_default="",  # imports insert people without naming this column
        validators=[validate_zone],
        help_text=_(
            "For example America/Santiago. Left empty, the country and area of the phone tell."
        ),
    )
    status = models.CharField(
        _("status"),
        max_length=12,
        choices=ContactStatus,
        default=ContactStatus.ACTIVE,
        editable=False,
    )
    tags = TenantManyToManyField(Tag, verbose_name=_("tags"), blank=True, related_name="contacts")
    custom_fields = models.JSONField(
        _("further fields"), default=dict, blank=True, encoder=DjangoJSONEncoder
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    objects: ClassVar = TenantManager.from_queryset(ContactQuerySet)()

    class Meta:
        db_table = "contacts"
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["tenant", "-id"]),
            models.Index(fields=["tenant", "status"]),
            models.Index(fields=["tenant", "created_at"]),
            models.Index(fields=["tenant", "name"]),
            models.Index(
                name="contacts_without_key",
                fields=["tenant", "phone"],
                condition=Q(phone__isnull=False, phone_key__isnull=True),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                name="one_contact_per_phone",
                fields=["tenant", "phone"],
                opclasses=["int8_ops", "varchar_pattern_ops"],  # for searches by its beginning
                violation_error_message=_("There is already a contact with this phone."),
            ),
            models.UniqueConstraint(
                name="one_contact_per_phone_key",
                fields=["tenant", "phone_key"],
                violation_error_message=_("There is already a contact with this phone."),
            ),
            models.CheckConstraint(
                name="contact_phone_is_e164",
                condition=Q(phone__isnull=True) | Q(phone__regex=r"^\+[1-9][0-9]{6,14}$"),
                violation_error_message=_("The phone must look like +56975400946."),
            ),
            models.CheckConstraint(
                name="contact_status_is_known", condition=Q(status__in=ContactStatus.values)
            ),
        ]
        permissions = [
            ("import_contact", _("Can import contacts")),
            ("export_contact", _("Can export contacts")),
            ("unblock_contact", _("Can make people reachable again")),
            ("merge_contact", _("Can merge contacts")),
            ("erase_contact", _("Can erase people for good")),
            ("disclose_contact", _("Can make the file of all that is held of a person")),
            ("view_full_address", _("Can see phones and other addresses in full")),
        ]

    def __str__(self) -> str:
        return f"{self.name} {said_address(self.address)}".strip()

    def save(self, *args: Any, **kwargs: Any) -> None:
        fields = kwargs.get("update_fields")
        if fields is not None and "phone" in fields:
            kwargs["update_fields"] = {*fields, "phone_key"}
        super().save(*args, **kwargs)

    @property
    def is_unmerged(self) -> bool:
        """Whether another contact has the same phone in another spelling, and the key."""
        return bool(self.phone) and not self.phone_key

    @property
    def address(self) -> str:
        """How the person is known: E.164 phone, else the latest of their other addresses.

        A list of people should prefetch `addresses`, for those without a phone.
        """
        if self.phone:
            return self.phone
        rows = [one for one in self.addresses.all() if not one.bars_phone]
        # WhatsApp's id of a person before an address that nobody is written to at.
        rows.sort(key=lambda one: (one.channel == AddressChannel.WHATSAPP, one.pk))
        return rows[-1].value if rows else ""

    @property
    def whatsapp_user_id(self) -> str | None:
        """The latest of WhatsApp's ids of this person, None without one."""
        rows = [one for one in self.addresses.all() if not one.bars_phone]
        ids = [one for one in rows if one.channel == AddressChannel.WHATSAPP]
        return max(ids, key=lambda one: one.pk).value if ids else None

    def address_on(self, channel: str) -> str:
        """Where to write to this person on a channel, as contacts.addresses.address_on; or ""."""
        if self.phone and channel != Channel.OTHER:
            return self.phone
        if channel == Channel.SMS:
            return ""
        latest = self.addresses.identities().filter(channel=channel).order_by("-pk").first()
        return latest.value if latest else ""

    @cached_property
    def newest_vehicles(self) -> "list[Vehicle]":
        """A few, the newest first."""
        return list(self.vehicles.order_by("-pk")[:VEHICLES_SHOWN])

    @property
    def newest_vehicle(self) -> "Vehicle | None":
        """Of which a text to this person alone speaks: there is nothing to choose another by."""
        return self.newest_vehicles[0] if self.newest_vehicles else None


class Vehicle(TenantModel):
    """A vehicle of a contact: one row per contact, make, model, year and link."""

    contact = models.ForeignKey(
        Contact, verbose_name=_("contact"), on_delete=models.CASCADE, related_name="vehicles"
    )
    make = models.CharField(_("make"), max_length=60)
    model = models.CharField(_("model"), max_length=100)
    year = models.PositiveSmallIntegerField(_("year"))
    price = models.DecimalField(_("price"), max_digits=14, decimal_places=2, null=True, blank=True)
    link = models.URLField(_("link"), max_length=500, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects: ClassVar = VehicleManager()

    class Meta:
        db_table = "vehicles"
        verbose_name = _("vehicle")
        verbose_name_plural = _("vehicles")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                name="one_vehicle_per_contact_and_link",
                fields=["contact", "make", "model", "year", "link"],
                violation_error_message=_("This contact already has this vehicle."),
            )
        ]
        indexes = [
            # For the report of models, which reads all vehicles and nothing but this.
            models.Index(
                fields=["tenant", "make", "model", "year", "price", "created_at", "contact"]
            ),
            models.Index(fields=["tenant", "-id"]),
            models.Index(fields=["tenant", "year"]),
            models.Index(fields=["tenant", "price"]),
            models.Index(fields=["tenant", "created_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.make} {self.model} {self.year}"
