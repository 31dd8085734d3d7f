"""The admin site that staff work in."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _


class WaAdminSite(admin.AdminSite):
    site_title = _("WhatsApp campaigns")
    site_header = _("WhatsApp campaigns")
    index_title = _("Overview")

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        from waproject import overview  # the models exist only once the apps are loaded

        return super().index(
            request, {"cards": overview.cards(request, self), **(extra_context or {})}
        )
