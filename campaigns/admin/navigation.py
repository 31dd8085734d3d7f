"""Where campaigns stand in the navigation."""

from django.utils.translation import gettext_lazy as _

from waproject.core.admin.navigation import Entry, Link, Place

CAMPAIGNS = Place(
    "campaigns",
    (
        Entry(
            "campaigns",
            _("Campaigns"),
            (
                Link("campaigns.campaign", label=_("Campaigns")),
                Link("campaigns.recipient", label=_("All recipients")),
            ),
        ),
    ),
    _("Campaigns"),
    "campaign",
    is_on_phone=True,
)
