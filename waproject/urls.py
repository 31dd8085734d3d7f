"""The admin for staff, the webhooks of providers, a word on health for monitors."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from waproject.tenants.switching import switch
from waproject.workers.views import health

urlpatterns = [
    path("admin/", admin.site.urls),
    path("tenant/", switch, name="switch-tenant"),
    path("health/", health, name="health"),
    path("", include("messaging.urls")),
    path("", RedirectView.as_view(pattern_name="admin:index")),
]
