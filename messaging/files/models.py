"""What is kept of the files of people."""

from datetime import datetime, timedelta
from typing import Any, ClassVar
from uuid import uuid4

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contacts.models import Contact
from contacts.permissions import shown_text
from messaging.files.states import FileState, FileType, Reason, StorageLocation
from messaging.models import Message
from waproject.tenants.managers import TenantManager
from waproject.tenants.models import TenantModel

PATH_LENGTH = NAME_LENGTH = 500
# For how long files may be kept, in days.
SHORTEST_DAYS, LONGEST_DAYS = 7, 3_650


def _nothing() -> dict[str, Any]:
    return {}


class StoredFileQuerySet(models.QuerySet["StoredFile"]):
    def stored(self) -> "StoredFileQuerySet":
        """Files that are here."""
        return self.filter(state=FileState.STORED)

    def due(self, now: datetime) -> "StoredFileQuerySet":
        """Files that are to be fetched, and that no worker is fetching."""
        return self.filter(state=FileState.WAITING, next_try_at__lte=now)

    def with_content_of(self, one: "StoredFile") -> "StoredFileQuerySet":
        """Files of the business that share what another one keeps."""
        return self.filter(file_path=one.file_path).exclude(file_path="")


class StoredFile(TenantModel):
    """A file that a person sent or was sent.

    `state` says how far it came. Files with
    the same content share one place in the storage. `content` has what was read in it: the size of
    a picture in pixels (`width`, `height`), the people of a contact card (`cards`).
    """

    file_id = models.UUIDField(_("id"), default=uuid4, editable=False)
    contact = models.ForeignKey(
        Contact,
        verbose_name=_("contact"),
        on_delete=models.PROTECT,
        related_name="files",
        db_column="cliente_id",
        db_index=False,  # an index below begins with it
    )
    message = models.ForeignKey(
        Message,
        verbose_name=_("message"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="files",
        db_index=False,  # a constraint below begins with it
    )
    # Which file of its message it is, from 0.
    position = models.PositiveSmallIntegerField(default=0, editable=False)
    file_type = models.CharField(_("kind"), max_length=10, choices=FileType, default=FileType.OTHER)
    # As its first bytes say, and before it is here as the provider says.
    mime_type = models.CharField(_("content type"), max_length=100, blank=True)
    original_filename = models.CharField(_("name"), max_length=NAME_LENGTH, blank=True)
    file_size = models.PositiveIntegerField(_("size"), null=True, blank=True)
    file_path = models.CharField(_("stored as"), max_length=PATH_LENGTH, blank=True)
    thumbnail_path = models.CharField(max_length=PATH_LENGTH, blank=True, editable=False)
    storage_location = models.CharField(
        _("stored"), max_length=5, choices=StorageLocation, default=StorageLocation.LOCAL
    )
    bucket_name = models.CharField(_("bucket"), max_length=255, blank=True)
    object_key = models.CharField(_("object"), max_length=PATH_LENGTH, blank=True)
    checksum_sha256 = models.CharField(_("SHA-256"), max_length=64, blank=True)
    content: Any = models.JSONField(_("content"), default=_nothing, blank=True, editable=False)
    is_archived = models.BooleanField(_("archived"), default=False)
    state = models.CharField(_("state"), max_length=8, choices=FileState, default=FileState.WAITING)
    reason = models.CharField(_("reason"), max_length=12, choices=Reason, blank=True)
    # Where the provider has it; "" for a message that came without saying.
    source_url = models.CharField(max_length=1_000, blank=True, editable=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0, editable=False)
    # When it is to be fetched; while a worker fetches it, when another one may.
    next_try_at = models.DateTimeField(null=True, blank=True, editable=False)
    upload_timestamp = models.DateTimeField(_("stored at"), null=True, blank=True)
    accessed_count = models.PositiveIntegerField(_("times opened"), default=0)
    last_accessed = models.DateTimeField(_("last opened"), null=True, blank=True)
    retention_days = models.PositiveSmallIntegerField(
        _("kept for, in days"),
        null=True,
        blank=True,
        validators=[MinValueValidator(SHORTEST_DAYS), MaxValueValidator(LONGEST_DAYS)],
        help_text=_("Empty: as long as the business keeps files."),
    )
    # When it goes by `retention_days`, which `save` keeps in step.
    keep_until = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    objects: ClassVar = TenantManager.from_queryset(StoredFileQuerySet)()

    class Meta:
        db_table = "client_file_storage"
        verbose_name = _("file")
        verbose_name_plural = _("files")
        ordering = ["-id"]
        # Nobody adds one by hand, and they go with their time or their person.
        default_permissions = ("view", "change")
        indexes = [
            models.Index(name="files_of_a_person", fields=["contact", "created_at"]),
            models.Index(name="files_by_kind", fields=["tenant", "file_type", "-id"]),
            models.Index(name="files_by_state", fields=["tenant", "state", "-id"]),
            models.Index(name="files_by_day", fields=["tenant", "created_at"]),
            models.Index(
                name="files_with_own_end",
                fields=["tenant", "keep_until"],
                condition=Q(keep_until__isnull=False),
            ),
            models.Index(name="files_by_content", fields=["tenant", "checksum_sha256"]),
            models.Index(name="files_by_place", fields=["tenant", "file_path"]),
            models.Index(
                name="files_to_fetch",
                fields=["tenant", "next_try_at"],
                condition=Q(state=FileState.WAITING),
            ),
        ]
        constraints = [
            models.UniqueConstraint(name="one_file_per_id", fields=["tenant", "file_id"]),
            models.UniqueConstraint(
                name="one_file_per_message_and_position", fields=["message", "position"]
            ),
            models.CheckConstraint(
                name="file_type_is_known", condition=Q(file_type__in=FileType.values)
            ),
            models.CheckConstraint(
                name="file_state_is_known", condition=Q(state__in=FileState.values)
            ),
            models.CheckConstraint(
                name="file_is_stored_exactly_with_a_place",
                condition=(Q(state=FileState.STORED) & ~Q(file_path=""))
                | (~Q(state=FileState.STORED) & Q(file_path="")),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        days = self.retention_days
        began = self.created_at or timezone.now()
        self.keep_until = began + timedelta(days=days) if days else None
        super().save(*args, **kwargs)

    @property
    def name(self) -> str:
        """What it is called, for people; its kind where nobody gave it a name."""
        return shown_text(self.original_filename) or str(self.get_file_type_display())

    @property
    def why(self) -> str:
        """Why it is not here, in the reader's language; "" where it is."""
        return str(self.get_reason_display()) if self.reason else ""
