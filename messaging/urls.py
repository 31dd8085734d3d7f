"""The provider's webhooks."""

from django.urls import URLPattern

app_name = "messaging"
urlpatterns: list[URLPattern] = []
