"""Statuses that came before their message, and statuses that we do not know."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from messaging.models.accounts import Account
from messaging.models.querysets import KeptStatusQuerySet
from messaging.states import MESSAGE_SID_LENGTH, MessageStatus
from waproject.tenants.managers import TenantManager
from waproject.tenants.models import TenantModel


class KeptStatus(TenantModel):
    """A status whose message is not known yet: kept, and applied when the message appears.

    A report that says nothing we know (a new word, no word, a sid of another form) is kept as it
    came, cut to the columns: it has no `try_at` and is never applied. What an account reports of
    another account's message waits here too, and in vain. All kinds are forgotten after some days.
    """

    # The account whose webhook brought it; null where we asked the provider ourselves.
    account = models.ForeignKey(
        Account,
        verbose_name=pgettext_lazy("of a provider", "account"),
        on_delete=models.CASCADE,
        null=True,
        related_name="+",
        db_index=False,  # an account is hardly ever deleted
    )
    message_sid = models.CharField(_("message sid"), max_length=MESSAGE_SID_LENGTH, blank=True)
    token = models.CharField(max_length=64, blank=True)
    status = models.CharField(_("status"), max_length=60, blank=True)
    error_code = models.CharField(  # noqa: DJ001  as in Message
        _("error code"), max_length=50, null=True, blank=True
    )
    error_message = models.TextField(_("error"), blank=True)
    address = models.CharField(_("address"), max_length=64, blank=True)
    received_at = models.DateTimeField(_("received"))
    try_at = models.DateTimeField(_("tried again"), null=True, editable=False)

    objects: ClassVar = TenantManager.from_queryset(KeptStatusQuerySet)()

    class Meta:
        db_table = "kept_statuses"
        verbose_name = _("kept status")
        verbose_name_plural = _("kept statuses")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                name="one_kept_status_per_message_and_account",
                fields=["tenant", "message_sid", "status", "account"],
            ),
            # Two empty accounts are no clash for the one above.
            models.UniqueConstraint(
                name="one_kept_status_per_message",
                fields=["tenant", "message_sid", "status"],
                condition=Q(account=None),
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "try_at"]),
            models.Index(fields=["tenant", "received_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.message_sid} {self.words}".strip()

    @property
    def words(self) -> str:
        """The status in words; as it came where it is none that we know."""
        return str(dict(MessageStatus.choices).get(self.status, self.status))

    def postpone(self, now: datetime) -> None:
        """Wait as long again as it has waited: the older, the rarer the tries."""
        self.try_at = now + max(now - self.received_at, timedelta(0))
        self.save(update_fields=["try_at"])
