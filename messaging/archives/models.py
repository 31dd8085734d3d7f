"""What is kept of each archive of a conversation."""

from typing import Any, ClassVar
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contacts.models import Contact
from messaging.models import Conversation
from waproject.tenants.managers import TenantManager
from waproject.tenants.models import TenantModel

PATH_LENGTH = 500


class Format(models.TextChoices):
    JSON = "json", _("JSON, which can be restored")
    HTML = "html", _("HTML, a page to read")
    PDF = "pdf", "PDF"
    TXT = "txt", _("text")


class StorageStatus(models.TextChoices):
    ACTIVE = "active", pgettext_lazy("archive", "made by hand")
    ARCHIVED = "archived", pgettext_lazy("archive", "made at night")
    DELETED = "deleted", pgettext_lazy("archive", "file deleted")


def _nothing() -> dict[str, Any]:
    return {}


class ConversationArchiveQuerySet(models.QuerySet["ConversationArchive"]):
    def kept(self) -> "ConversationArchiveQuerySet":
        """Archives whose file is there."""
        return self.exclude(storage_status=StorageStatus.DELETED)


class ConversationArchive(TenantModel):
    """What was said with a person from one day to another, in a file of the private storage.

    Without a conversation it holds those with all senders. `figures` are what was counted in it.
    """

    archive_id = models.UUIDField(_("id"), default=uuid4, editable=False)
    contact = models.ForeignKey(
        Contact,
        verbose_name=_("contact"),
        on_delete=models.PROTECT,
        related_name="archives",
        db_column="cliente_id",
        db_index=False,  # an index below begins with it
    )
    conversation = models.ForeignKey(
        Conversation,
        verbose_name=_("conversation"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="archives",
        db_column="conversation_thread_id",
    )
    format = models.CharField(_("format"), max_length=4, choices=Format, default=Format.JSON)
    file_path = models.CharField(_("stored as"), max_length=PATH_LENGTH, blank=True)
    file_size = models.PositiveIntegerField(_("size"), default=0)
    checksum_sha256 = models.CharField(_("SHA-256"), max_length=64, blank=True)
    # Null: from the first message, until the last.
    start_date = models.DateField(_("first day"), null=True, blank=True)
    end_date = models.DateField(_("last day"), null=True, blank=True)
    message_count = models.PositiveIntegerField(_("messages"), default=0)
    figures: Any = models.JSONField(_("figures"), default=_nothing, editable=False)
    storage_status = models.CharField(
        _("state"), max_length=8, choices=StorageStatus, default=StorageStatus.ACTIVE
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    objects: ClassVar = TenantManager.from_queryset(ConversationArchiveQuerySet)()

    class Meta:
        db_table = "client_conversation_archive"
        verbose_name = _("archive")
        verbose_name_plural = _("archives")
        ordering = ["-id"]
        default_permissions = ("view", "add")
        permissions = [
            ("restore_conversationarchive", _("Can restore conversations from archives"))
        ]
        indexes = [
            models.Index(name="archives_of_a_person", fields=["contact", "start_date"]),
            models.Index(name="archives_by_day", fields=["tenant", "created_at"]),
            models.Index(name="archives_by_format", fields=["tenant", "format", "-id"]),
        ]
        constraints = [
            models.UniqueConstraint(name="one_archive_per_id", fields=["tenant", "archive_id"]),
            models.CheckConstraint(
                name="archive_format_is_known", condition=Q(format__in=Format.values)
            ),
            models.CheckConstraint(
                name="archive_is_deleted_exactly_without_a_file",
                condition=(Q(storage_status=StorageStatus.DELETED) & Q(file_path=""))
                | (~Q(storage_status=StorageStatus.DELETED) & ~Q(file_path="")),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """What its file is called for whoever downloads it."""
        days = [str(day) for day in (self.start_date, self.end_date) if day]
        return "-".join(["conversacion", str(self.contact_id), *days]) + f".{self.format}"
