"""The admin of campaigns: the form, the decisions about one, its funnel and its recipients."""

from campaigns.admin.campaigns import CampaignAdmin
from campaigns.admin.recipients import RecipientAdmin

__all__ = ["CampaignAdmin", "RecipientAdmin"]
