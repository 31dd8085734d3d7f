"""Where opt-outs stand in the navigation."""

from django.utils.translation import gettext_lazy as _

from waproject.core.admin.navigation import SETTINGS, Entry, Link, Place, listed

HOLDS = Place("inbox", (listed("optouts.hold", _("Possible opt-outs"), waiting="yes"),))
OPT_OUTS = Place(
    SETTINGS,
    (
        Entry(
            "optouts",
            _("Opt-outs and phrases"),
            (Link("optouts.optout"), Link("optouts.consentevent"), Link("optouts.phrase")),
        ),
    ),
)
