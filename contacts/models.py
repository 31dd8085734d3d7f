"""People, their vehicles and tags, and the imports that bring them."""

from datetime import datetime
from typing import Any, ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.db.models.fields.files import FieldFile
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contacts.addresses import ADDRESS_LENGTH as ADDRESS_LENGTH
from contacts.addresses import Address as Address
from contacts.fields import PhoneKeyField
from contacts.querysets import ContactQuerySet, TagQuerySet, VehicleManager
from contacts.states import AddressChannel, Channel
from contacts.states import ContactStatus as ContactStatus
from contacts.zones import validate_zone
from waproject.core.jobs.models import Job
from waproject.tenants.fields import TenantManyToManyField
from waproject.tenants.managers import TenantManager
from waproject.tenants.models import TenantModel


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
    # another contact, from before there were keys, has the same: `manage.py merge_contacts`.
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
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.address}".strip()

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
            models.Index(fields=["tenant", "make", "model", "year"]),
            models.Index(fields=["tenant", "year"]),
            models.Index(fields=["tenant", "price"]),
            models.Index(fields=["tenant", "created_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.make} {self.model} {self.year}"


class ImportJobQuerySet(models.QuerySet["ImportJob"]):
    def files_to_forget(self, before: datetime) -> "ImportJobQuerySet":
        """Imports that ended before then and still have their files."""
        return self.filter(job__finished_at__lt=before).exclude(file="")


def _lines() -> list[list[int]]:
    return []


def _titles() -> list[str]:
    return []


class ImportJob(TenantModel):
    """One file brought in by a long job, and what became of each of its rows.

    Counts and the job's `done` move in the transaction of the chunk they count, so that a killed
    import goes on where it stopped. The job's parameters are the options of the import.
    """

    job = models.OneToOneField(
        Job,
        verbose_name=_("background task"),
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="import_job",
    )
    file = models.FileField(_("file"), upload_to="imports/%Y/%m/")
    created_count = models.PositiveIntegerField(pgettext_lazy("rows", "created"), default=0)
    updated_count = models.PositiveIntegerField(pgettext_lazy("rows", "updated"), default=0)
    unchanged_count = models.PositiveIntegerField(pgettext_lazy("rows", "unchanged"), default=0)
    skipped_count = models.PositiveIntegerField(pgettext_lazy("rows", "skipped"), default=0)
    failed_count = models.PositiveIntegerField(pgettext_lazy("rows", "failed"), default=0)
    remarked_count = models.PositiveIntegerField(_("taken with remarks"), default=0)
    repeated_count = models.PositiveIntegerField(_("rows of a phone seen before"), default=0)
    repeated_lines = models.JSONField(
        _("repeated lines"),
        default=_lines,
        blank=True,
        help_text=_("Pairs: the line of a row, and the earlier line with the same phone."),
    )
    ignored_columns = models.JSONField(_("columns left out"), default=_titles, blank=True)
    rejected_file = models.FileField(
        _("rows not taken"), upload_to="imports/%Y/%m/", blank=True, max_length=255
    )
    remarks_file = models.FileField(
        _("rows taken with remarks"), upload_to="imports/%Y/%m/", blank=True, max_length=255
    )
    objects: ClassVar = TenantManager.from_queryset(ImportJobQuerySet)()

    class Meta:
        db_table = "import_jobs"
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-job"]

    def __str__(self) -> str:
        return self.job.title

    def stored_files(self) -> list[FieldFile]:
        """The file and those made of its rows. All of them hold personal data."""
        return [file for file in (self.file, self.rejected_file, self.remarks_file) if file]


class _KeptRow(TenantModel):
    """A row of an import that still runs; a file for staff is made of these at its end.

    Written in the transaction of its chunk, so that a killed import neither loses nor repeats one.
    """

    line = models.PositiveIntegerField(_("line"))
    reason = models.TextField(_("reason"))
    cells = models.JSONField(_("cells"))

    class Meta:
        abstract = True
        ordering = ["line"]

    def __str__(self) -> str:
        return f"{self.line}: {self.reason}"


class ImportRejection(_KeptRow):
    """A row not taken."""

    job = models.ForeignKey(ImportJob, on_delete=models.CASCADE, related_name="rejections")

    class Meta(_KeptRow.Meta):
        db_table = "import_rejections"
        verbose_name = _("rejected row")
        verbose_name_plural = _("rejected rows")


class ImportRemark(_KeptRow):
    """A row taken without the cells that could not be understood."""

    job = models.ForeignKey(ImportJob, on_delete=models.CASCADE, related_name="remarks")

    class Meta(_KeptRow.Meta):
        db_table = "import_remarks"
        verbose_name = _("row taken with remarks")
        verbose_name_plural = _("rows taken with remarks")
