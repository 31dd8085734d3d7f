"""What a person may do with a campaign, for the log of operations and for roles."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from waproject.accounts.permissions import Module, Right
from waproject.accounts.states import SystemRole


class CampaignAction(models.TextChoices):
    LAUNCH = "campaigns.launch", _("Launched a campaign")
    APPROVE = "campaigns.approve", _("Approved the launch of a campaign")
    SCHEDULE = "campaigns.schedule", _("Scheduled a campaign")
    UNSCHEDULE = "campaigns.unschedule", _("Took a campaign off the schedule")
    PAUSE = "campaigns.pause", _("Paused a campaign")
    RESUME = "campaigns.resume", _("Resumed a campaign")
    CANCEL = "campaigns.cancel", _("Cancelled a campaign")
    RETRY = "campaigns.retry", _("Wrote again to the failed of a campaign")
    COPY = "campaigns.copy", _("Copied a campaign")
    DRAFT = "campaigns.draft_for_people", _("Made a draft for people of a page")
    CLOSE = "campaigns.close_recipients", _("Marked recipients as closed")

    @property
    def permission(self) -> str:
        return f"campaigns.{_PERMISSIONS[self]}"


_PERMISSIONS = {
    CampaignAction.LAUNCH: "launch_campaign",
    CampaignAction.APPROVE: "approve_campaign",
    CampaignAction.SCHEDULE: "launch_campaign",
    CampaignAction.UNSCHEDULE: "launch_campaign",
    CampaignAction.PAUSE: "pause_campaign",
    CampaignAction.RESUME: "resume_campaign",
    CampaignAction.CANCEL: "cancel_campaign",
    CampaignAction.RETRY: "retry_campaign",
    CampaignAction.COPY: "add_campaign",
    CampaignAction.DRAFT: "add_campaign",
    CampaignAction.CLOSE: "change_recipient",
}


_LEADING = {SystemRole.ADMIN, SystemRole.MANAGER}
_WORKING = {*_LEADING, SystemRole.AGENT}
_SEE = ("campaigns.view",)

CAMPAIGNS = Module(
    "campaigns",
    _("Campaigns"),
    (
        Right(
            "view",
            _("See"),
            ("campaigns.view_campaign",),
            {*_WORKING, SystemRole.ANALYST, SystemRole.VIEWER},
        ),
        Right("create", _("Create and copy"), ("campaigns.add_campaign",), _LEADING, needs=_SEE),
        Right("update", _("Change drafts"), ("campaigns.change_campaign",), _LEADING, needs=_SEE),
        Right("delete", _("Delete drafts"), ("campaigns.delete_campaign",), _LEADING, needs=_SEE),
        Right(
            "send",
            _("Launch, resume and write again"),
            (
                "campaigns.launch_campaign",
                "campaigns.resume_campaign",
                "campaigns.retry_campaign",
            ),
            _LEADING,
            needs=_SEE,
        ),
        Right(
            "approve",
            _("Approve launches of others"),
            ("campaigns.approve_campaign",),
            _LEADING,
            needs=_SEE,
        ),
        Right("pause", _("Pause"), ("campaigns.pause_campaign",), _LEADING, needs=_SEE),
        Right("cancel", _("Cancel"), ("campaigns.cancel_campaign",), _LEADING, needs=_SEE),
        Right("export", _("Export"), ("campaigns.export_campaign",), _LEADING, needs=_SEE),
    ),
    technical={f"campaigns.{verb}_statuschange" for verb in ("add", "change", "delete", "view")},
)
RECIPIENTS = Module(
    "recipients",
    _("Recipients"),
    (
        Right(
            "view",
            _("See"),
            ("campaigns.view_recipient",),
            {*_WORKING, SystemRole.VIEWER},
            needs=_SEE,
        ),
        Right(
            "close",
            _("Mark as closed"),
            ("campaigns.change_recipient",),
            _WORKING,
            needs=("recipients.view",),
        ),
        Right(
            "export",
            _("Export"),
            ("campaigns.export_recipient",),
            _LEADING,
            needs=("recipients.view",),
        ),
    ),
    technical={"campaigns.add_recipient", "campaigns.delete_recipient"},
)
_READING = {*_LEADING, SystemRole.ANALYST, SystemRole.VIEWER}
REPORTS = Module(
    "reports",
    _("Reports"),
    (Right("view", _("See lists"), ("campaigns.view_reports",), _READING),),
)
ANALYTICS = Module(
    "analytics",
    _("Analytics"),
    (Right("view", _("See figures and charts"), ("campaigns.view_analytics",), _READING),),
)
PERMISSIONS = (CAMPAIGNS, RECIPIENTS, REPORTS, ANALYTICS)
