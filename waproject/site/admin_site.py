"""The admin site that staff work in."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.decorators import method_decorator
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from waproject.site.impossible_values import View, refusing_impossible_values

if TYPE_CHECKING:
    from campaigns.reports.catalogue import Report

# What staff work with every day comes first, what keeps the system running last.
APP_ORDER = (
    "campaigns",
    "messaging",
    "contacts",
    "optouts",
    "reports",
    "accounts",
    "invitations",
    "auth",
    "tenants",
    "audit",
    "axes",
    "workers",
    "django_q",
)


class WaAdminSite(admin.AdminSite):
    site_title = _("WhatsApp campaigns")
    site_header = _("WhatsApp campaigns")
    index_title = _("Overview")
    site_url = None  # there is no other site to look at
    empty_value_display = "–"

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        """The first page; for htmx the parts of it that change by themselves."""
        from waproject.site.home.page import home

        context = {**home(request.user), **(extra_context or {})}
        if getattr(request, "htmx", False):
            return TemplateResponse(request, "admin/home/parts.html", context)
        return super().index(request, context)

    def app_index(
        self, request: HttpRequest, app_label: str, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        """The lists of one app, below its name alone."""
        response = super().app_index(request, app_label, extra_context)
        context = response.context_data or {}
        context["title"] = context["app_list"][0]["name"]
        return response

    @method_decorator(never_cache)
    @login_not_required
    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Lead to the one page of logging in, which asks for the second factor too."""
        if self.has_permission(request):
            return redirect("admin:index")
        if request.user.is_authenticated:
            raise PermissionDenied(gettext("Your user may not enter here."))
        target = request.GET.get("next") or reverse("admin:index")
        return redirect_to_login(target, login_url=resolve_url("account_login"))

    def register(
        self, model_or_iterable: Any, admin_class: type[Any] | None = None, **options: Any
    ) -> None:
        """As Django's, with what every page of the site has: the log of operations, few scripts."""
        from waproject.core.admin.choosing import ChoosesInPlace
        from waproject.site.few_scripts import FewScripts
        from waproject.site.logged_pages import LoggedPages

        usual = admin_class or admin.ModelAdmin
        names = {"__module__": usual.__module__}
        page = type(usual.__name__, (FewScripts, LoggedPages, ChoosesInPlace, usual), names)
        super().register(model_or_iterable, page, **options)

    def password_change(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """As Django's; the password and its event are written in one transaction."""
        from waproject.site.logged_pages import log_own_password

        former = request.user.password
        with transaction.atomic():
            response = super().password_change(request, extra_context)
            if request.user.password != former:
                log_own_password(request.user)
        return response

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        return super().admin_view(refusing_impossible_values(view), cacheable)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        from campaigns.reports.pages.urls import report_urls
        from messaging.inbox.pages.urls import inbox_urls
        from waproject.site.pages.search import search_page
        from waproject.site.saved.views import saved_urls

        return [
            path("search/", self.admin_view(search_page), name="search"),
            *inbox_urls(self),
            *report_urls(self),
            *saved_urls(self),
            *super().get_urls(),
        ]

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """As Django's, with the list of apps made by whoever reads it: no page of ours does.

        Made for each page, it would ask for four permissions of each model.
        """
        return {
            "site_title": self.site_title,
            "site_header": self.site_header,
            "site_url": self.site_url,
            "has_permission": self.has_permission(request),
            "available_apps": SimpleLazyObject(lambda: self.get_app_list(request)),
            "is_popup": False,
            "is_nav_sidebar_enabled": self.enable_nav_sidebar,
            "log_entries": self.get_log_entries(request),
        }

    def get_app_list(
        self, request: HttpRequest, app_label: str | None = None
    ) -> list[dict[str, Any]]:
        """The apps in the order of the work, and the reports if the user may see them."""
        from campaigns.reports.catalogue import reports_for

        apps = super().get_app_list(request, app_label)
        reports = reports_for(request.user) if app_label is None else []
        if reports:
            apps.append(_as_an_app(reports))
        places = {label: place for place, label in enumerate(APP_ORDER)}
        return sorted(apps, key=lambda app: places.get(app["app_label"], len(places)))


def _as_an_app(reports: "list[Report]") -> dict[str, Any]:
    """Reports in the shape of an app's models on the index."""
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
            for report in reports
        ],
    }
