"""The imports that bring people: each with its counts, its files and whom it took."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models.fields.files import FieldFile
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from waproject.core.jobs.models import Job
from waproject.tenants.managers import TenantManager
from waproject.tenants.models import TenantModel


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

    Counts and the job's `done` are written in the transaction of the chunk that they count, so that
    a killed import goes on where it stopped. The job's parameters are the options of the import.
    """

    job = models.OneToOneField(
        Job,
        verbose_name=_("background task"),
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="import_job",
    )
    file = models.FileField(_("file"), upload_to="imports/%Y/%m/")
    mended_file = models.FileField(
        _("mended rows"),
        upload_to="imports/%Y/%m/",
        blank=True,
        help_text=_("Rows of the file as a person corrected them before the import."),
    )
    tag = models.ForeignKey(
        "contacts.Tag",
        verbose_name=_("tag for these people"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
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

    @property
    def state(self) -> str:
        return str(self.job.state)

    def stored_files(self) -> list[FieldFile]:
        """The file and those made of its rows. All of them hold personal data."""
        files = (self.file, self.mended_file, self.rejected_file, self.remarks_file)
        return [file for file in files if file]


class ImportedPerson(TenantModel):
    """A person whom an import took: new, brought up to date or known as the file has them.

    Written in the transaction of the chunk, and kept as long as the import and the person are.
    """

    job = models.ForeignKey(
        ImportJob,
        verbose_name=_("import"),
        on_delete=models.CASCADE,
        related_name="people",
        db_index=False,  # the constraint's index begins with it
    )
    contact = models.ForeignKey(
        "contacts.Contact",
        verbose_name=_("contact"),
        on_delete=models.CASCADE,
        related_name="taken_by_imports",
    )

    objects: ClassVar = TenantManager()

    class Meta:
        db_table = "import_people"
        verbose_name = _("import of a person")
        verbose_name_plural = _("imports of a person")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(name="one_row_per_import_and_person", fields=["job", "contact"])
        ]

    def __str__(self) -> str:
        return f"{self.job_id}: {self.contact_id}"


class _ReportedRow(TenantModel):
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


class ImportRejection(_ReportedRow):
    """A row not taken."""

    job = models.ForeignKey(ImportJob, on_delete=models.CASCADE, related_name="rejections")

    class Meta(_ReportedRow.Meta):
        db_table = "import_rejections"
        verbose_name = _("rejected row")
        verbose_name_plural = _("rejected rows")


class ImportRemark(_ReportedRow):
    """A row taken without the cells that could not be understood."""

    job = models.ForeignKey(ImportJob, on_delete=models.CASCADE, related_name="remarks")

    class Meta(_ReportedRow.Meta):
        db_table = "import_remarks"
        verbose_name = _("row taken with remarks")
        verbose_name_plural = _("rows taken with remarks")
