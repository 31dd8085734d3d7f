"""A second person's approval, where a business demands it of launches to many people."""

import hashlib
import math

from django.db.models import QuerySet

from campaigns.actions import CampaignAction
from campaigns.changing import OperationRefused, locked, require
from campaigns.launch.texts import version_of
from campaigns.models import Approval, Campaign
from campaigns.states import CampaignStatus
from waproject.accounts.memberships import holders_of
from waproject.accounts.models import User
from waproject.audit.acting import acting
from waproject.core.text.sentences import gettext as _
from waproject.tenants.preferences import preferences

STARTABLE = (CampaignStatus.DRAFT, CampaignStatus.SCHEDULED)
# People come and go between the approval and the launch: so many more are no other campaign.
MOST_GROWTH = 1.1
# When it starts does not change what is approved.
_BESIDES = {"scheduled_at", "start_expiry_minutes"}
# What no form of Django's asks for, and people read all the same.
_TOO = {"template_values"}


def approve(campaign_id: int, *, people: int, by: User, seen: str = "") -> None:
    """Let somebody else launch the campaign, as it is now, to so many people.

    `seen`, where given, is what `as_seen` said of the campaign that the person looked at.
    """
    with acting(by, CampaignAction.APPROVE) as event:
        campaign = locked(campaign_id)
        require(campaign, STARTABLE)
        require_as_seen(campaign, seen)
        event.about, event.text = campaign, campaign.name
        event.after = {"people": people}
        Approval.objects.create(
            campaign=campaign, user=by, people=people, content=content_of(campaign)
        )


def require_approval(campaign: Campaign, people: int, *, launcher: User | None) -> None:
    """Raise OperationRefused when a launch to so many needs another person's approval."""
    if sentence := lacking(campaign, people, launcher=launcher):
        raise OperationRefused([sentence])


def lacking(campaign: Campaign, people: int, *, launcher: User | None) -> str:
    """Why `launcher` may not launch the campaign to so many people yet; "" when they may.

    The operator at the command line, who is no user, needs no approval.
    """
    limit = preferences().approval_above
    if limit is None or people <= limit or launcher is None:
        return ""
    if _approvals(campaign, people).exclude(user=launcher).exists():
        return ""
    sentence = _(
        "It goes to %(people)s people. To more than %(limit)s another person has to approve it"
        " first: %(names)s."
    )
    return sentence % {"people": people, "limit": limit, "names": _approvers(launcher)}


def is_needed(people: int) -> bool:
    """Whether the business demands an approval for a launch to so many people."""
    limit = preferences().approval_above
    return limit is not None and people > limit


def content_of(campaign: Campaign) -> str:
    """Another text for each change of the message, the audience or the pace."""
    columns = [
        getattr(campaign, field.attname)
        for field in Campaign._meta.concrete_fields
        if (field.editable and field.name not in _BESIDES) or field.name in _TOO
    ]
    version = version_of(campaign)
    return hashlib.sha256(repr([columns, version and version.pk]).encode()).hexdigest()


def as_seen(campaign: Campaign) -> str:
    """Another text for each change of what a person reads before they launch or approve it."""
    return hashlib.sha256(f"{content_of(campaign)} {campaign.scheduled_at}".encode()).hexdigest()


def require_as_seen(campaign: Campaign, seen: str) -> None:
    """Raise OperationRefused when the campaign is not what was seen any more."""
    if seen and seen != as_seen(campaign):
        raise OperationRefused([_("It was changed while its page was open. Look at it again.")])


def _approvals(campaign: Campaign, people: int) -> "QuerySet[Approval]":
    """Those that hold for the campaign as it is, and for so many people."""
    enough = math.ceil(people / MOST_GROWTH)
    found: QuerySet[Approval] = Approval.objects.filter(campaign=campaign, people__gte=enough)
    return found.filter(content=content_of(campaign))


def _approvers(launcher: User) -> str:
    permission = CampaignAction.APPROVE.permission
    found = holders_of(permission).filter(is_active=True).exclude(pk=launcher.pk)
    names = [user.get_full_name() or user.get_username() for user in found.order_by("username")]
    return ", ".join(names) or _("nobody here can; ask whoever manages the users")
