"""What the provider says of each version of a template."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from messaging.models.templates import TemplateVersion
from messaging.states import APPROVAL_TRANSITIONS, ApprovalStatus
from waproject.core.text.sentences import in_words
from waproject.tenants.managers import TenantManager
from waproject.tenants.models import TenantModel


class TemplateApprovalQuerySet(models.QuerySet["TemplateApproval"]):
    def advance(self, to: ApprovalStatus, **fields: Any) -> int:
        """Move the approvals that may go to `to`; return how many moved."""
        allowed = [old for old, targets in APPROVAL_TRANSITIONS.items() if to in targets]
        return self.filter(status__in=allowed).update(status=to, **fields)


class TemplateApproval(TenantModel):
    """How far a version has come with the provider. Each version has one, a draft at first.

    `submitted_name` is what the provider calls it: one text stands under one name there, so each
    version after the first goes under a name of its own.
    """

    Status = ApprovalStatus

    version = models.OneToOneField(
        TemplateVersion,
        verbose_name=_("version of the template"),
        on_delete=models.CASCADE,
        related_name="approval",
    )
    status = models.CharField(
        _("status"), max_length=10, choices=ApprovalStatus, default=ApprovalStatus.DRAFT
    )
    submitted_name = models.CharField(_("name at the provider"), max_length=512, blank=True)
    # As waproject.core.text.sentences stores a sentence; `why` has the words.
    reason: Any = models.JSONField(_("reason"), default=str, blank=True)
    submitted_at = models.DateTimeField(_("submitted"), null=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("submitted by"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
    )
    decided_at = models.DateTimeField(_("decided on"), null=True)
    synced_at = models.DateTimeField(_("last asked"), null=True)
    # When the asking began that brought the status.
    known_at = models.DateTimeField(null=True)
    # Since when it cannot be brought to the provider until somebody acts; `reason` says why.
    stuck_at = models.DateTimeField(null=True)
    # Since when the provider has it no more.
    gone_at = models.DateTimeField(_("gone"), null=True)
    category_there = models.CharField(_("category at the provider"), max_length=20, blank=True)
    quality = models.CharField(_("quality"), max_length=20, blank=True)
    # What the provider answered last, as it came.
    raw: Any = models.JSONField(default=dict, blank=True)

    objects: ClassVar = TenantManager.from_queryset(TemplateApprovalQuerySet)()

    class Meta:
        db_table = "template_approvals"
        verbose_name = _("approval of a template")
        verbose_name_plural = _("approvals of templates")
        default_permissions = ()
        indexes = [models.Index(fields=["tenant", "status"])]
        constraints = [
            models.CheckConstraint(
                name="approval_status_is_known", condition=Q(status__in=ApprovalStatus.values)
            )
        ]

    def __str__(self) -> str:
        return f"{self.version}: {self.get_status_display()}"

    @property
    def is_on_its_way(self) -> bool:
        """Whether it was submitted, and could not be handed in so far."""
        is_pending = self.status == ApprovalStatus.PENDING
        return is_pending and self.known_at is None and bool(self.reason)

    @property
    def is_stuck(self) -> bool:
        """Whether it was submitted, and cannot be handed in before somebody acts."""
        waits = self.status in (ApprovalStatus.PENDING, ApprovalStatus.DRAFT)
        return waits and self.stuck_at is not None

    @property
    def state_in_words(self) -> str:
        """Its status, in the reader's language; that it is not handed in, where it is not."""
        if self.is_stuck:
            return str(_("could not be submitted"))
        if self.is_on_its_way:
            return str(_("not submitted so far"))
        return str(self.get_status_display())

    @property
    def why(self) -> str:
        """Why it is in its status, in the reader's language; "" where nothing was said."""
        return in_words(self.reason)
