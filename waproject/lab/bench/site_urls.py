"""The site's own URLs, and a webhook that only checks the signature: the measure of the others."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from messaging.models import Account
from messaging.webhooks.authentication import from_provider_only
from waproject.urls import urlpatterns as site_urls


@from_provider_only
def only_checked(request: HttpRequest, account: Account) -> HttpResponse:
    return HttpResponse(status=204)


urlpatterns = [*site_urls, path("twilio/only-checked", only_checked, {"provider": "twilio"})]
