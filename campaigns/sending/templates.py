"""What becomes of campaigns when WhatsApp stops the version of the template that they send.

`follow_template` is registered in settings.TEMPLATE_LISTENERS.
"""

from campaigns.models import Campaign
from campaigns.sending.pauses import STOPPED, pause_if_stopped
from campaigns.states import CampaignStatus
from contacts.states import Channel
from messaging.models import TemplateVersion
from messaging.states import ApprovalStatus
from waproject.tenants.jobs import enqueue

PAUSE = "campaigns.jobs.pause_stopped"


def follow_template(version: TemplateVersion, status: ApprovalStatus) -> None:
    """Have a job pause the campaigns that send this version by WhatsApp, if it can be sent no more.

    A job, because the caller holds the approval, and whoever starts a campaign locks the campaign
    first. One that can be sent again resumes no campaign: whoever looks after it decides.
    """
    if status in STOPPED:
        enqueue(PAUSE, version.pk)


def pause_stopped(version_id: int) -> int:
    """Pause the campaigns that send a version, if WhatsApp has stopped it; return how many."""
    running = Campaign.objects.filter(
        template_version=version_id,
        status=CampaignStatus.ACTIVE,
        sender__channel=Channel.WHATSAPP,
    )
    return sum(map(pause_if_stopped, running.order_by("pk").values_list("pk", flat=True)))
