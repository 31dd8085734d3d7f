"""The lane of a campaign: at most one worker sends for it at a time."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from campaigns.models import Campaign
from campaigns.querysets import CampaignQuerySet
from campaigns.states import CampaignStatus
from messaging.models import new_token

LANE_SECONDS_MOST = 30.0


@dataclass(frozen=True, slots=True)
class Lane:
    """One worker's right to send for a campaign. `token` tells it from every other worker's."""

    campaign_id: int
    token: str

    def keep(self) -> bool:
        """Hold the lane for longer; False when it ended and another worker has taken it since."""
        until = timezone.now() + timedelta(seconds=lane_seconds())
        return bool(self._ours().update(worker_lease_until=until))

    def leave(self) -> None:
        """Let the next worker have the campaign. A lane that another has by now stays theirs."""
        self._ours().update(worker_lease_until=None, worker_token="")

    def _ours(self) -> CampaignQuerySet:
        return Campaign.objects.filter(pk=self.campaign_id, worker_token=self.token)


def take_lane(campaign_id: int) -> Lane | None:
    """Take an active campaign for one worker; None when it is not active or another has it.

    Two workers on one campaign would do no harm (the claims keep them apart), but they would
    multiply with every tick.
    """
    now = timezone.now()
    lane = Lane(campaign_id, new_token())
    free = Campaign.objects.filter(pk=campaign_id, status=CampaignStatus.ACTIVE).without_worker(now)
    taken = free.update(
        wake_at=None,
        worker_token=lane.token,
        worker_lease_until=now + timedelta(seconds=lane_seconds()),
    )
    return lane if taken else None


def lane_seconds() -> float:
    """How long a worker holds its campaign: no longer than it holds its claims.

    So both are free at the same moment when it dies.
    """
    return min(LANE_SECONDS_MOST, settings.SENDING_LEASE_SECONDS)
