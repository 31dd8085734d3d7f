"""The provider's webhooks."""

from django.urls import path

from messaging import webhooks

app_name = "messaging"
urlpatterns = [
    path("inbound", webhooks.inbound, name="inbound"),
    path("status", webhooks.status, name="status"),
]
