"""How much the states of campaigns and recipients matter to whoever reads a list of them."""

from campaigns.states import CampaignStatus, RecipientStatus
from waproject.core.admin import chips

CAMPAIGN_TONES: chips.Tones = {
    CampaignStatus.SCHEDULED: chips.INFO,
    CampaignStatus.LAUNCHING: chips.INFO,
    CampaignStatus.ACTIVE: chips.LIVE,
    CampaignStatus.PAUSED: chips.WARN,
    CampaignStatus.COMPLETED: chips.USUAL,
}
RECIPIENT_TONES: chips.Tones = {
    RecipientStatus.PENDING: chips.INFO,
    RecipientStatus.SENT: chips.USUAL,
    RecipientStatus.DELIVERED: chips.USUAL,
    RecipientStatus.READ: chips.USUAL,
    RecipientStatus.REPLIED: chips.GOOD,
    RecipientStatus.FAILED: chips.BAD,
    RecipientStatus.UNDELIVERED: chips.BAD,
}
