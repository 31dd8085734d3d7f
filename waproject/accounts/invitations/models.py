"""Invitations to work for a business."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from waproject.accounts.models import Role
from waproject.tenants.managers import TenantManager
from waproject.tenants.models import TenantModel


class InvitationQuerySet(QuerySet["Invitation"]):
    def unanswered(self) -> "InvitationQuerySet":
        """Neither accepted nor withdrawn; the link may have ended."""
        return self.filter(accepted_at=None, withdrawn_at=None)

    def valid(self) -> "InvitationQuerySet":
        """Those whose link works."""
        return self.unanswered().filter(ends_at__gt=timezone.now())


class Invitation(TenantModel):
    """That somebody was asked, at an e-mail address, to work for the business in a role.

    The link holds a token, of which only the hash is stored.
    """

    email = models.EmailField(_("e-mail address"), max_length=150)
    role = models.ForeignKey(Role, verbose_name=_("role"), on_delete=models.CASCADE)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("invited by"),
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    sent_at = models.DateTimeField(_("sent"), default=timezone.now, editable=False)
    ends_at = models.DateTimeField(_("the link ends"), editable=False)
    accepted_at = models.DateTimeField(_("accepted at"), null=True, editable=False)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, editable=False)

    objects: ClassVar = TenantManager.from_queryset(InvitationQuerySet)()

    class Meta:
        db_table = "invitations"
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        default_permissions = ("view",)
        ordering = ["-sent_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "email"],
                condition=Q(accepted_at=None, withdrawn_at=None),
                name="invitation_open_once",
            ),
        ]

    def __str__(self) -> str:
        return self.email

    @property
    def state(self) -> str:
        """What became of it, in the language of now."""
        if self.accepted_at:
            return str(_("accepted: a user now"))
        if self.withdrawn_at:
            return str(_("withdrawn"))
        return str(_("waits for an answer") if self.ends_at > timezone.now() else _("ended"))
