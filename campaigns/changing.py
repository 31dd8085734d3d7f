"""What every change of a campaign begins with: its row, locked, and a refusal in words."""

from collections.abc import Collection, Sequence

from campaigns.models import Campaign
from campaigns.states import CampaignStatus
from waproject.core.text.sentences import gettext as _


class OperationRefused(Exception):
    """The campaign may not make this move. `sentences` say why, for the person who asked."""

    def __init__(self, sentences: Sequence[str]) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = list(sentences)


def existing(campaign_id: int) -> Campaign:
    """The campaign with its sender and template. Raises OperationRefused when there is none."""
    try:
        return Campaign.objects.select_related(
            "sender", "template__current", "template__in_use", "template_version"
        ).get(pk=campaign_id)
    except Campaign.DoesNotExist:
        raise _no_such(campaign_id) from None


def locked(campaign_id: int) -> Campaign:
    """As `existing`, locked until the end of the caller's transaction."""
    rows = Campaign.objects.select_for_update(of=("self",)).select_related(
        "sender", "template__current", "template__in_use", "template_version"
    )
    try:
        return rows.get(pk=campaign_id)
    except Campaign.DoesNotExist:
        raise _no_such(campaign_id) from None


def require(campaign: Campaign, allowed: Collection[CampaignStatus]) -> None:
    """Raise OperationRefused unless the campaign is in one of these states."""
    if campaign.status not in allowed:
        raise OperationRefused([wrong_state(campaign)])


def wrong_state(campaign: Campaign) -> str:
    """The sentence that says in which state the campaign is."""
    return _("“%(name)s” is %(status)s, so it cannot do that now.") % {
        "name": campaign.name,
        "status": campaign.get_status_display(),
    }


def _no_such(campaign_id: int) -> OperationRefused:
    return OperationRefused([_("There is no campaign %(id)s.") % {"id": campaign_id}])
