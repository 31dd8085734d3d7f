"""What the provider said last of each sender, and how that changed."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from messaging.states import Quality, Tier
from waproject.tenants.models import TenantModel


class Standing(TenantModel):
    """What the provider said last of a sender. Its quality and tier stand in the sender's row."""

    sender = models.OneToOneField(
        "messaging.Sender", on_delete=models.CASCADE, primary_key=True, related_name="standing"
    )
    external_id = models.CharField(_("id at the provider"), max_length=64, blank=True)
    # In the provider's own word, such as ONLINE.
    state = models.CharField(_("state at the provider"), max_length=40, blank=True)
    is_online = models.BooleanField(default=True)
    # The provider's sentences, in its language.
    reasons: Any = models.JSONField(_("reasons"), default=list)
    # Where the provider posts what people write to it.
    inbound_url = models.CharField(_("address of the webhook"), max_length=500, blank=True)
    seen_at = models.DateTimeField(_("last asked"))
    # Since when the provider does not list it any more.
    gone_at = models.DateTimeField(_("gone"), null=True)

    class Meta:
        db_table = "sender_standings"
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.sender_id}: {self.state}"


class StandingChange(TenantModel):
    """That the provider said something else of a sender than before."""

    sender = models.ForeignKey(
        "messaging.Sender", on_delete=models.CASCADE, related_name="changes", db_index=False
    )
    at = models.DateTimeField(_("when"))
    quality = models.CharField(_("quality"), max_length=10, choices=Quality)
    tier = models.CharField(_("limit"), max_length=12, choices=Tier)
    state = models.CharField(_("state at the provider"), max_length=40, blank=True)

    class Meta:
        db_table = "sender_standing_changes"
        default_permissions = ()
        ordering = ["-at", "-pk"]
        indexes = [models.Index(name="standing_changes", fields=["sender", "-at"])]

    def __str__(self) -> str:
        return f"{self.sender_id}: {self.quality}"
