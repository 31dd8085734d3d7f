"""The admin site that staff work in."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _


class WaAdminSite(admin.AdminSite):
    site_title = _("WhatsApp campaigns")
    site_header = _("WhatsApp campaigns")
    index_title = _("Overview")
