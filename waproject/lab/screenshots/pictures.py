"""Which pages the documents show, with the rows that the demonstration left."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from campaigns.models import Campaign, Recipient
from campaigns.states import RecipientStatus


@dataclass(frozen=True)
class Picture:
    """A page, and the name of its picture; `height` is that of the window, in pixels."""

    name: str
    address: str
    height: int = 800


def pictures() -> list[Picture]:
    """The pictures, in the scope of the business that the demonstration filled."""
    campaign = _called(Campaign.objects.latest("pk"), _("Toyota from 2015 in part payment"))
    replied = Recipient.objects.filter(campaign=campaign, status=RecipientStatus.REPLIED)
    contact_id = replied.order_by("pk").values_list("contact_id", flat=True)[0]
    return [
        Picture("inicio", reverse("admin:index")),
        Picture("campaign", reverse("admin:campaigns_campaign_change", args=[campaign.pk])),
        Picture("contact", reverse("admin:contacts_contact_change", args=[contact_id])),
    ]


def _called(campaign: Campaign, name: str) -> Campaign:
    """The campaign under a name that is the same in every picture."""
    campaign.name = name
    campaign.save(update_fields=["name"])
    return campaign
