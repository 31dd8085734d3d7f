"""What campaigns say to the inbox (settings.INBOX_CAMPAIGNS)."""

from collections.abc import Collection

from django.db.models.functions import Coalesce
from django.urls import reverse

from campaigns.models import Campaign, Recipient
from messaging.inbox.reading.campaigns import CampaignOfPerson, CampaignReader
from waproject.core.db.bulk_lookup import Among


def _names(ids: Collection[int]) -> dict[int, str]:
    return dict(Campaign.objects.filter(Among("pk", int, ids)).values_list("pk", "name"))


def _url(campaign_id: int) -> str:
    return reverse("admin:campaigns_campaign_change", args=[campaign_id])


def _latest(count: int) -> dict[int, str]:
    sent = Campaign.objects.filter(started_at__isnull=False).order_by("-started_at", "-pk")
    return dict(sent.values_list("pk", "name")[:count])


def _of_person(contact_id: int, count: int) -> list[CampaignOfPerson]:
    rows = Recipient.objects.filter(contact=contact_id).select_related("campaign")
    happened = Coalesce("sent_at", "failed_at", "skipped_at", "created_at")
    return [
        CampaignOfPerson(
            row.campaign.name,
            _url(row.campaign_id),
            row.happened,
            row.get_status_display(),
        )
        for row in rows.annotate(happened=happened).order_by("-happened", "-pk")[:count]
    ]


CAMPAIGNS = CampaignReader(names=_names, url=_url, latest=_latest, of_person=_of_person)
