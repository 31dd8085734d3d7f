"""The admin for staff, two webhooks for Twilio, a word on health for monitors."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from waproject.workers.views import health

urlpatterns = [
    path("admin/", admin.site.urls),
    path("twilio/", include("messaging.urls")),
    path("health/", health, name="health"),
    path("", RedirectView.as_view(pattern_name="admin:index")),
]
