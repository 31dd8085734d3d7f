"""Campaigns in the search over everything."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from campaigns.models import Campaign
from waproject.core.admin.searching import MOST_FOUND, Found, Hit, Search


def find_campaigns(search: Search) -> Found:
    """Campaigns by words of their name, the latest first."""
    found = Found(_("Campaigns"), "campaign")
    if not search.user.has_perm("campaigns.view_campaign"):
        return found
    rows = Campaign.objects.order_by("-pk")
    for word in search.text.split():
        rows = rows.filter(name__sounds=word)
    found.hits.extend(
        Hit(
            row.name,
            reverse("admin:campaigns_campaign_change", args=[row.pk]),
            row.get_status_display(),
        )
        for row in rows.only("name", "status")[:MOST_FOUND]
    )
    return found
