"""The admin for staff, logging in, the webhooks of providers, a word on health for monitors."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from waproject.core.files.views import fetch
from waproject.tenants.web.switching import switch
from waproject.workers.views import health

handler403 = "waproject.site.refusals.refused"
handler429 = "waproject.site.logins.too_many"  # django-allauth asks for it

urlpatterns = [
    path("admin/", admin.site.urls),
    path("accounts/", include("waproject.accounts.signin.urls")),
    path("tenant/", switch, name="switch-tenant"),
    path("health/", health, name="health"),
    path("files/<str:token>/<str:name>", fetch, name="file"),
    path("", include("messaging.webhooks.urls")),
    path("", RedirectView.as_view(pattern_name="admin:index")),
]
