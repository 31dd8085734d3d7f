"""What a person may decide about a campaign: in which states, by which permission, and how.

Each function carries one decision out and returns the sentence that says what became of it;
campaigns.operations.OperationRefused goes to the caller.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from campaigns import operations
from campaigns.launch.approval import approve, as_seen, is_needed
from campaigns.launch.checks import refuse
from campaigns.launch.counting import counted
from campaigns.models import Campaign
from campaigns.sending import retries
from campaigns.states import CampaignStatus
from campaigns.tracking.funnel import funnel
from waproject.core.jobs.models import Job
from waproject.tenants.preferences import preferences

_C = CampaignStatus


@dataclass(frozen=True)
class Decision:
    """One button. It is offered in `states`, to people with `permission`, where it makes sense.

    `outlook` says what it would do, where that is worth knowing before. `is_last_resort`: it cannot
    be taken back.
    """

    name: str
    permission: str
    states: tuple[str, ...]
    label: Any
    question: Any
    carry_out: Callable[[Campaign, Any], str]
    makes_sense: Callable[[Campaign], bool] = lambda campaign: True
    outlook: Callable[[Campaign], str] = lambda campaign: ""
    is_last_resort: bool = False


def launch(campaign: Campaign, user: Any, *, accept_warnings: bool) -> str:
    queued = operations.launch(campaign.pk, by=user, accept_warnings=accept_warnings)
    campaign.refresh_from_db(fields=["status"])
    if campaign.status == _C.LAUNCHING:
        return _("The launch of “%(name)s” has begun. Its page shows how far it is.") % {
            "name": campaign
        }
    return ngettext(
        "“%(name)s” was launched to %(count)d person.",
        "“%(name)s” was launched to %(count)d people.",
        queued,
    ) % {"name": campaign, "count": queued}


def schedule(campaign: Campaign, user: Any, *, at: datetime | None, accept_warnings: bool) -> str:
    """At a moment that was chosen before the launch."""
    if at is None:
        raise operations.OperationRefused([_("No start is set. Set one on the campaign's page.")])
    found = counted(campaign, by=user)
    if isinstance(found, Job):
        raise operations.OperationRefused(
            [_("Its people are still being counted. Try again then.")]
        )
    operations.schedule(campaign.pk, at=at, by=user, accept_warnings=accept_warnings, found=found)
    return _("“%(name)s” will be sent on %(when)s.") % {
        "name": campaign,
        "when": date_format(localtime(at), "DATETIME_FORMAT"),
    }


def _approve(campaign: Campaign, user: Any) -> str:
    found = counted(campaign, by=user)
    if isinstance(found, Job):
        raise operations.OperationRefused(
            [_("Its people are still being counted. Try again then.")]
        )
    refuse(found, accept_warnings=True)
    if not is_needed(found.recipients):
        raise operations.OperationRefused([_("A launch to so few people needs no approval.")])
    approve(campaign.pk, people=found.recipients, by=user, seen=as_seen(campaign))
    return ngettext(
        "Another person may launch “%(name)s” to %(count)d person now.",
        "Another person may launch “%(name)s” to %(count)d people now.",
        found.recipients,
    ) % {"name": campaign, "count": found.recipients}


def _pause(campaign: Campaign, user: Any) -> str:
    operations.pause(campaign.pk, by=user)
    return _("“%(name)s” was paused.") % {"name": campaign}


def _resume(campaign: Campaign, user: Any) -> str:
    operations.resume(campaign.pk, by=user)
    return _("“%(name)s” was resumed.") % {"name": campaign}


def _unschedule(campaign: Campaign, user: Any) -> str:
    operations.unschedule(campaign.pk, by=user)
    return _("“%(name)s” is a draft again.") % {"name": campaign}


def _cancel(campaign: Campaign, user: Any) -> str:
    skipped = operations.cancel(campaign.pk, by=user)
    return ngettext(
        "“%(name)s” is cancelled; %(count)d person will not be written to.",
        "“%(name)s” is cancelled; %(count)d people will not be written to.",
        skipped,
    ) % {"name": campaign, "count": skipped}


def _retry(campaign: Campaign, user: Any) -> str:
    retried = operations.retry_failed(campaign.pk, by=user)
    return _("“%(name)s”: %(what)s") % {"name": campaign, "what": retried}


def _retry_outlook(campaign: Campaign) -> str:
    found = retries.outlook(campaign.pk)
    taken = ngettext(
        "%(count)d person would be written to again.",
        "%(count)d people would be written to again.",
        found.people,
    ) % {"count": found.people}
    return " ".join([taken, *operations.left_out(found.left)])


def _waiting_outlook(campaign: Campaign) -> str:
    """How many still wait for the message, and how many got it; "" before a launch."""
    counts = funnel([campaign.pk])[campaign.pk]
    if not counts.recipients:
        return ""
    waiting = ngettext(
        "%(count)s person still waits for the message.",
        "%(count)s people still wait for the message.",
        counts.pending,
    ) % {"count": number_format(counts.pending, force_grouping=True)}
    gone = ngettext(
        "To %(count)s it has left; their answer goes on coming in.",
        "To %(count)s it has left; their answers go on coming in.",
        counts.sent,
    ) % {"count": number_format(counts.sent, force_grouping=True)}
    return f"{waiting} {gone}"


APPROVE = Decision(
    name="approve",
    permission="campaigns.approve_campaign",
    states=(_C.DRAFT, _C.SCHEDULED),
    label=gettext_lazy("Approve the launch"),
    question=gettext_lazy(
        "May another person launch it to all its people, as it is now? Look at the preflight first."
        " When it is changed, it needs a new approval."
    ),
    carry_out=_approve,
    makes_sense=lambda campaign: preferences().approval_above is not None,
)
PAUSE = Decision(
    name="pause",
    permission="campaigns.pause_campaign",
    states=(_C.ACTIVE,),
    label=gettext_lazy("Pause"),
    question=gettext_lazy("Stop sending for now? What is already on its way still arrives."),
    carry_out=_pause,
    outlook=_waiting_outlook,
)
RESUME = Decision(
    name="resume",
    permission="campaigns.resume_campaign",
    states=(_C.PAUSED,),
    label=gettext_lazy("Resume"),
    question=gettext_lazy("Go on sending where it stopped?"),
    carry_out=_resume,
)
UNSCHEDULE = Decision(
    name="unschedule",
    permission="campaigns.launch_campaign",
    states=(_C.SCHEDULED,),
    label=gettext_lazy("Back to draft"),
    question=gettext_lazy("Take it off the schedule? It can then be edited again."),
    carry_out=_unschedule,
)
CANCEL = Decision(
    name="cancel",
    permission="campaigns.cancel_campaign",
    states=(_C.DRAFT, _C.SCHEDULED, _C.LAUNCHING, _C.ACTIVE, _C.PAUSED),
    label=gettext_lazy("Cancel for good"),
    question=gettext_lazy(
        "Stop it for good? Whoever has not been written to yet will not be, and a cancelled"
        " campaign cannot be taken up again."
    ),
    carry_out=_cancel,
    outlook=_waiting_outlook,
    is_last_resort=True,
)
RETRY = Decision(
    name="retry",
    permission="campaigns.retry_campaign",
    states=(_C.ACTIVE, _C.PAUSED, _C.COMPLETED),
    label=gettext_lazy("Retry the failed"),
    question=gettext_lazy(
        "Write again to those whose message failed? Only causes that can pass are tried: not a"
        " wrong number, an opt-out or a refused text."
    ),
    carry_out=_retry,
    makes_sense=lambda campaign: campaign.recipients.failed().exists(),
    outlook=_retry_outlook,
)
DECISIONS = {one.name: one for one in (APPROVE, PAUSE, RESUME, UNSCHEDULE, RETRY, CANCEL)}


def offered(campaign: Campaign, user: Any) -> list[Decision]:
    """What this person may decide about this campaign as it stands."""
    return [
        decision
        for decision in DECISIONS.values()
        if campaign.status in decision.states
        and user.has_perm(decision.permission)
        and decision.makes_sense(campaign)
    ]
