"""What waits for a person, the most urgent first; each with the way to it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.models import Campaign
from messaging.states import Quality, TemplateStatus
from waproject.core.admin import chips
from waproject.site.home.budget import Quota
from waproject.site.home.campaigns import Campaigns
from waproject.site.home.counts import Counts
from waproject.site.home.troubles import (
    ACCOUNT,
    FALLING,
    IMPORT,
    OFFLINE,
    STUCK,
    TEMPLATE,
    Trouble,
    Troubles,
)

MOST_OF_A_KIND = 3


@dataclass(frozen=True)
class Matter:
    """One line: a sentence, why or since when, and the page where it is done; "" without one."""

    icon: str
    tone: str
    sentence: str
    detail: str
    url: str = ""
    button: str = ""


def matters(
    user: Any,
    counts: Counts,
    troubles: Troubles,
    moving: Campaigns,
    quotas: Sequence[Quota] = (),
) -> list[Matter]:
    """What waits for this user, by what they may do. Asks the database for nothing."""
    slowed = {one.sender_id for one in quotas if one.is_slowed}
    found = [
        *_deaf(user, troubles),
        *map(_broken, troubles.of(ACCOUNT)[:MOST_OF_A_KIND]),
        *map(_offline, troubles.of(OFFLINE)[:MOST_OF_A_KIND]),
        *(_fallen(one, one.pk in slowed) for one in troubles.of(FALLING)[:MOST_OF_A_KIND]),
        *map(_nearly_full, [one for one in quotas if one.is_near][:MOST_OF_A_KIND]),
    ]
    if counts.asking and user.has_perm("messaging.change_conversation"):
        found.append(_asking(counts.asking))
    if counts.due and user.has_perm("messaging.change_conversation"):
        found.append(_due(counts.due))
    if counts.held and user.has_perm("optouts.decide_hold"):
        found.append(_held(counts.held))
    found.extend(map(_stuck_template, troubles.of(STUCK)[:MOST_OF_A_KIND]))
    found.extend(map(_stopped_template, troubles.of(TEMPLATE)[:MOST_OF_A_KIND]))
    found.extend(map(_stopped, moving.paused[:MOST_OF_A_KIND]))
    if user.has_perm("campaigns.retry_campaign"):
        found.extend(map(_failed, moving.failed[:MOST_OF_A_KIND]))
    found.extend(map(_failed_import, troubles.of(IMPORT)[:MOST_OF_A_KIND]))
    return found


def _deaf(user: Any, troubles: Troubles) -> Iterator[Matter]:
    if not troubles.deaf:
        return
    url = reverse("admin:workers_cluster_changelist") if user.is_superuser else ""
    yield Matter(
        "warning",
        chips.BAD,
        _("The workers do not answer"),
        _("Nothing is sent or imported until whoever operates the installation starts them"),
        url,
        _("Look") if url else "",
    )


def _broken(account: Trouble) -> Matter:
    return Matter(
        "warning",
        chips.BAD,
        _("The account %(name)s cannot send") % {"name": account.name},
        _("The provider refuses it"),
        reverse("admin:messaging_account_change", args=[account.pk]),
        _("Look"),
    )


def _offline(sender: Trouble) -> Matter:
    return Matter(
        "warning",
        chips.BAD,
        _("The sender %(name)s cannot write") % {"name": sender.name},
        _("The provider says: %(state)s") % {"state": sender.why}
        if sender.why
        else _("The provider does not list it any more"),
        reverse("admin:messaging_sender_change", args=[sender.pk]),
        _("Look"),
    )


def _fallen(sender: Trouble, is_slowed: bool) -> Matter:
    is_low = sender.why == Quality.RED
    return Matter(
        "warning",
        chips.BAD if is_low else chips.WARN,
        (_("The quality of %(name)s is low") if is_low else _("The quality of %(name)s has fallen"))
        % {"name": sender.name},
        _("People block or report its messages. It writes to fewer people a day by itself")
        if is_slowed
        else _("People block or report its messages"),
        reverse("admin:messaging_sender_change", args=[sender.pk]),
        _("Look"),
    )


def _nearly_full(quota: Quota) -> Matter:
    return Matter(
        "clock",
        chips.WARN,
        _("%(name)s has used %(percent)d %% of its people a day")
        % {"name": quota.sender, "percent": quota.percent},
        _("What goes beyond waits until the next day"),
        reverse("admin:messaging_sender_change", args=[quota.sender_id]),
        _("Look"),
    )


def _asking(count: int) -> Matter:
    return Matter(
        "hand",
        chips.WARN,
        ngettext(
            "%(count)d person asks to talk to somebody",
            "%(count)d people ask to talk to somebody",
            count,
        )
        % {"count": count},
        _("The menu does not answer them until their conversation is taken care of"),
        reverse("admin:inbox", query={"view": "asking"}),
        _("Answer"),
    )


def _due(count: int) -> Matter:
    return Matter(
        "calendar",
        chips.WARN,
        ngettext("%(count)d next step is due today", "%(count)d next steps are due today", count)
        % {"count": count},
        _("What was agreed with people"),
        reverse("admin:inbox", query={"view": "due"}),
        _("Look"),
    )


def _held(count: int) -> Matter:
    return Matter(
        "ban",
        chips.WARN,
        ngettext(
            "%(count)d message looks like an opt-out",
            "%(count)d messages look like an opt-out",
            count,
        )
        % {"count": count},
        _("Nobody writes to these people until somebody decides"),
        reverse("admin:optouts_hold_changelist", query={"waiting": "yes"}),
        _("Decide"),
    )


def _stuck_template(template: Trouble) -> Matter:
    return Matter(
        "template",
        chips.BAD,
        _("The template %(name)s could not be submitted") % {"name": template.name},
        _("Its page says why; once that is mended, it can be submitted again"),
        reverse("admin:messaging_template_life", args=[template.pk]),
        _("Look"),
    )


def _stopped_template(template: Trouble) -> Matter:
    """A template that WhatsApp stopped; `why` is its status: approved, when a new text was not."""
    name = {"name": template.name}
    sentence, detail = {
        TemplateStatus.PAUSED: (
            _("WhatsApp paused the template %(name)s"),
            _("People complained about it; its campaigns wait until it is approved again"),
        ),
        TemplateStatus.DISABLED: (
            _("The template %(name)s can be sent no more"),
            _("WhatsApp disabled it, or it is gone at the provider"),
        ),
        TemplateStatus.APPROVED: (
            _("WhatsApp rejected the new text of the template %(name)s"),
            _("Campaigns go on with the text that was approved before"),
        ),
    }.get(
        TemplateStatus(template.why),
        (
            _("WhatsApp rejected the template %(name)s"),
            _("No campaign can send it as it is"),
        ),
    )
    return Matter(
        "template",
        chips.WARN if template.why == TemplateStatus.APPROVED else chips.BAD,
        sentence % name,
        detail,
        reverse("admin:messaging_template_change", args=[template.pk]),
        _("Mend"),
    )


def _stopped(campaign: Campaign) -> Matter:
    return Matter(
        "pause",
        chips.WARN,
        _("The campaign “%(name)s” is paused") % {"name": campaign.name},
        campaign.why,
        reverse("admin:campaigns_campaign_change", args=[campaign.pk]),
        _("Look"),
    )


def _failed(campaign: Campaign) -> Matter:
    count = campaign.summary.retryable
    return Matter(
        "retry",
        "",
        ngettext(
            "%(count)d message that failed can be tried again",
            "%(count)d messages that failed can be tried again",
            count,
        )
        % {"count": count},
        campaign.name,
        reverse("admin:campaigns_campaign_change", args=[campaign.pk]),
        _("Look"),
    )


def _failed_import(one: Trouble) -> Matter:
    return Matter(
        "import",
        chips.BAD,
        _("The import of %(file)s failed") % {"file": one.name},
        one.why,
        reverse("admin:contacts_importjob_change", args=[one.pk]),
        _("Look"),
    )
