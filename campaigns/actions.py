"""What a person may do with a campaign, as the log of operations names it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CampaignAction(models.TextChoices):
    LAUNCH = "campaigns.launch", _("Launched a campaign")
    SCHEDULE = "campaigns.schedule", _("Scheduled a campaign")
    UNSCHEDULE = "campaigns.unschedule", _("Took a campaign off the schedule")
    PAUSE = "campaigns.pause", _("Paused a campaign")
    RESUME = "campaigns.resume", _("Resumed a campaign")
    CANCEL = "campaigns.cancel", _("Cancelled a campaign")
    RETRY = "campaigns.retry", _("Wrote again to the failed of a campaign")
    COPY = "campaigns.copy", _("Copied a campaign")
    CLOSE = "campaigns.close_recipients", _("Marked recipients as closed")

    @property
    def permission(self) -> str:
        return f"campaigns.{_PERMISSIONS[self]}"


_PERMISSIONS = {
    CampaignAction.LAUNCH: "launch_campaign",
    CampaignAction.SCHEDULE: "launch_campaign",
    CampaignAction.UNSCHEDULE: "launch_campaign",
    CampaignAction.PAUSE: "pause_campaign",
    CampaignAction.RESUME: "resume_campaign",
    CampaignAction.CANCEL: "cancel_campaign",
    CampaignAction.RETRY: "retry_campaign",
    CampaignAction.COPY: "add_campaign",
    CampaignAction.CLOSE: "change_recipient",
}
