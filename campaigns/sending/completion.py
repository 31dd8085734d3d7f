"""Completing a campaign that has nothing left to send."""

from django.db import transaction
from django.utils import timezone

from campaigns.models import Campaign
from campaigns.sending.streams import follow_campaign
from campaigns.states import CampaignStatus


def complete_if_done(campaign_id: int) -> bool:
    """Complete a campaign whose recipients are all in a final state.

    Also one that is paused past its end; its page keeps the reason of the pause, and says that.
    """
    now = timezone.now()
    rows = Campaign.objects.filter(pk=campaign_id).completable(now)
    if not rows.nothing_open().exists():
        return False
    with transaction.atomic():
        # Locked before the last look: a retry at the same moment waits, or is seen by it.
        campaign = rows.select_for_update(of=("self",)).first()
        if campaign is None:
            return False
        details = campaign.status_details
        if campaign.status == CampaignStatus.PAUSED:
            details = {**details, "ended": True}
        completed = rows.nothing_open().advance(
            CampaignStatus.COMPLETED,
            completed_at=now,
            status_details=details,
        )
        if completed:
            follow_campaign(campaign_id)
        return bool(completed)
