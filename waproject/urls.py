"""The admin for staff, two webhooks for Twilio."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

urlpatterns = [
    path("admin/", admin.site.urls),
    path("twilio/", include("messaging.urls")),
    path("", RedirectView.as_view(pattern_name="admin:index")),
]
