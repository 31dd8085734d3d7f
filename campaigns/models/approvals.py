"""The word of a second person for a launch to many people."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.models.campaigns import Campaign
from waproject.tenants.models import TenantModel


class Approval(TenantModel):
    """That somebody approved the launch of a campaign, as it was, to so many people."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="approvals")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    people = models.PositiveIntegerField()
    # campaigns.launch.approval: another text for each change of what people would read, or who.
    content = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "campaign_approvals"
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.campaign_id}: {self.people}"
