"""The addresses of the reports, for the admin site to mount: `admin:reports`, `admin:report`."""

from django.contrib.admin import AdminSite
from django.urls import URLPattern, path

from campaigns.reports.pages.views import report_list, report_page


def report_urls(site: AdminSite) -> list[URLPattern]:
    return [
        path("reports/", site.admin_view(report_list), name="reports"),
        path("reports/<slug:name>/", site.admin_view(report_page), name="report"),
    ]
