"""The admin site that staff work in."""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

# What staff work with every day comes first, what keeps the system running last.
APP_ORDER = (
    "campaigns",
    "messaging",
    "contacts",
    "optouts",
    "reports",
    "accounts",
    "auth",
    "audit",
    "axes",
    "workers",
    "django_q",
)


View = Callable[..., HttpResponse]


class WaAdminSite(admin.AdminSite):
    site_title = _("WhatsApp campaigns")
    site_header = _("WhatsApp campaigns")
    index_title = _("Overview")

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        from waproject.site import overview

        return super().index(
            request, {"cards": overview.cards(request, self), **(extra_context or {})}
        )

    def register(
        self, model_or_iterable: Any, admin_class: type[Any] | None = None, **options: Any
    ) -> None:
        """As Django's, with the log of operations in the place of Django's own."""
        from waproject.site.logged_pages import logged

        page = logged(admin_class or admin.ModelAdmin)
        super().register(model_or_iterable, page, **options)

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        return super().admin_view(_refusing_impossible_numbers(view), cacheable)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        from campaigns.reports.urls import report_urls

        return [*report_urls(self), *super().get_urls()]

    def get_app_list(
        self, request: HttpRequest, app_label: str | None = None
    ) -> list[dict[str, Any]]:
        """The apps in the order of the work, and the reports if the user may see them."""
        from campaigns.reports.catalogue import VIEW_REPORTS

        apps = super().get_app_list(request, app_label)
        if app_label is None and request.user.has_perm(VIEW_REPORTS):
            apps.append(_reports_as_an_app(request.user))
        places = {label: place for place, label in enumerate(APP_ORDER)}
        return sorted(apps, key=lambda app: places.get(app["app_label"], len(places)))


def _refusing_impossible_numbers(view: View) -> View:
    """The view; for a number that SQLite cannot hold it redirects to the list, with a message.

    Django itself looks at the size of numbers in some lookups only: not in those of relations.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except OverflowError:
            if not _has_impossible_number(request):
                raise
            sentence = _("A number in the address of the page was too large, and was left out.")
            messages.warning(request, sentence)
            return redirect(request.path)

    return answer


def _has_impossible_number(request: HttpRequest) -> bool:
    """Whether what was asked for holds a number of more digits than any id has."""
    values = [value for given in (request.GET, request.POST) for _name, value in given.items()]
    return any(len(word) > 18 for value in values for word in re.findall(r"\d+", value))


def _reports_as_an_app(user: Any) -> dict[str, Any]:
    """The reports that this user may see, in the shape of an app's models on the index."""
    from campaigns.reports.catalogue import REPORTS

    return {
        "name": gettext("Reports"),
        "app_label": "reports",
        "app_url": reverse("admin:reports"),
        "has_module_perms": True,
        "models": [
            {
                "name": report.title,
                "object_name": report.name,
                "admin_url": reverse("admin:report", args=[report.name]),
                "add_url": None,
                "view_only": True,
                "perms": {"view": True},
            }
            for report in REPORTS.values()
            if report.may_be_seen_by(user)
        ],
    }
