"""Where prices stand in the navigation."""

from django.utils.translation import gettext_lazy as _

from waproject.core.admin.navigation import SETTINGS, Entry, Link, Place

PRICES = Place(
    SETTINGS,
    (Entry("prices", _("Prices"), (Link("pricing.price"), Link("pricing.exchangerate"))),),
)
