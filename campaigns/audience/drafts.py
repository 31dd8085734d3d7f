"""A draft for people whom a page shows."""

from dataclasses import replace

from django.utils.translation import gettext as _

from campaigns.actions import CampaignAction
from campaigns.audience.filters import Audience
from campaigns.changing import OperationRefused
from campaigns.models import Campaign
from messaging.models import Channel, Sender
from waproject.accounts.actors import Actor, user_of
from waproject.audit.acting import acting

LONGEST_NAME = 80


def draft_for(audience: Audience, *, by: Actor, after: Campaign | None = None) -> Campaign:
    """Make a draft with this audience; nothing is sent.

    `after` is the campaign that it follows up: sender and tag are the same. Otherwise the sender is
    that of the latest campaign. Raises OperationRefused while there is no sender.
    """
    with acting(by, CampaignAction.DRAFT) as event:
        sender = after.sender if after else _usual_sender()
        if sender is None:
            raise OperationRefused([_("There is no sender yet. Add one first.")])
        draft = Campaign.objects.create(
            name=name_for(audience),
            sender=sender,
            tag=after.tag if after else "",
            audience=audience.to_json(),
            created_by=user_of(by),
        )
        event.about, event.text = draft, draft.name
        event.after = {"follows": after.pk} if after else {}
    return draft


def name_for(audience: Audience) -> str:
    """What a draft for this audience is called, until its author says otherwise.

    Says nothing that may name a person: names of campaigns stand in the log of operations.
    """
    unnamed = replace(audience, search="", name_contains="", custom=())
    if unnamed.is_everyone:
        return _("Campaign to the people found")
    words = unnamed.describe().rstrip(".")
    return words if len(words) <= LONGEST_NAME else f"{words[: LONGEST_NAME - 1].rstrip()}…"


def _usual_sender() -> Sender | None:
    latest = Campaign.objects.order_by("-pk").select_related("sender").first()
    if latest is not None:
        return latest.sender
    return Sender.objects.exclude(channel=Channel.OTHER).order_by("pk").first()
