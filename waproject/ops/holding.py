"""After a restore nothing leaves by itself: what the backup still held may have left since."""

from campaigns import operations
from campaigns.launch.further_chunks import take_back
from campaigns.models import Campaign
from campaigns.states import CampaignStatus
from messaging.delivery import queue
from messaging.delivery.models import Delivery
from messaging.delivery.reasons import NotSent, why
from messaging.delivery.states import StreamState
from waproject.accounts.actors import SYSTEM
from waproject.core.text.sentences import gettext as _
from waproject.core.text.sentences import joined
from waproject.tenants.models import tenant_ids
from waproject.tenants.scope import in_tenant


def hold_all(restored: str) -> list[str]:
    """Hold back the campaigns of each tenant, and end what else waits; the campaigns' names.

    `restored` says from which file, as a sentence. An answer of staff that waited is logged as
    failed, so that its conversation shows it: whoever wrote it can see whether it left.
    """
    held: list[str] = []
    for tenant_id in tenant_ids():
        with in_tenant(tenant_id):
            held += _hold_campaigns(restored)
            waiting = Delivery.objects.filter(stream__state=StreamState.OPEN)
            queue.remove(waiting, why(NotSent.RESTORED))
    return held


def _hold_campaigns(restored: str) -> list[str]:
    """Pause, or make a draft again, each campaign that would send; return their names."""
    unknown = _("Who was written to since is not known here: going on could write to them twice.")
    reason = joined(restored, unknown)
    held = []
    for campaign in Campaign.objects.filter(status=CampaignStatus.ACTIVE):
        operations.pause(campaign.pk, by=SYSTEM, reason=reason)
        held.append(campaign.name)
    for campaign in Campaign.objects.filter(status=CampaignStatus.LAUNCHING):
        take_back(campaign.pk, reason=restored)
        held.append(campaign.name)
    for campaign in Campaign.objects.filter(status=CampaignStatus.SCHEDULED):
        operations.unschedule(campaign.pk, by=SYSTEM, reason=reason)
        held.append(campaign.name)
    return held
