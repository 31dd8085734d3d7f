"""Where the reports stand in the navigation."""

from django.utils.translation import gettext_lazy as _

from campaigns.reports.catalogue import REPORTS as CATALOGUE
from campaigns.reports.catalogue import VIEW_REPORTS
from waproject.core.admin.navigation import Entry, Link, Place

REPORTS = Place(
    "reports",
    (
        *(
            Entry(
                report.name,
                report.title,
                (Link(page="admin:report", args=(report.name,), is_open=report.may_be_seen_by),),
            )
            for report in CATALOGUE.values()
        ),
        Entry(
            "reports",
            _("All reports"),
            (Link(page="admin:reports", is_open=lambda user: user.has_perm(VIEW_REPORTS)),),
        ),
    ),
    _("Reports"),
    "chart",
)
