"""The address of a login attempt, and the page for somebody who has to wait.

django-axes counts wrong passwords by name and address, and locks the pair for a while.
"""

import logging
from datetime import timedelta
from ipaddress import ip_address
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.signals import user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from waproject.core.admin.read_only import LookOnly

logger = logging.getLogger(__name__)

UNKNOWN = "0.0.0.0"  # noqa: S104  an address for who has none: a client of a Unix socket


def client_address(request: HttpRequest) -> str:
    """The address of who asks, as the last proxy of ours saw it.

    X-Forwarded-For is believed when the request comes from a network of TRUSTED_PROXIES, and of it
    only the last address: the others are what the client says.
    """
    direct = request.META.get("REMOTE_ADDR", "")
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
    if forwarded and _is_proxy(direct) and _is_address(forwarded):
        return forwarded
    return direct if _is_address(direct) else UNKNOWN


def too_many(request: HttpRequest, *_rest: Any) -> HttpResponse:
    """The page of an address that asks too often, whatever for."""
    return render(request, "429.html", status=429)


def locked(request: HttpRequest, *_rest: Any, **_more: Any) -> HttpResponse:
    """The page of who has to wait."""
    minutes = settings.AXES_COOLOFF_TIME // timedelta(minutes=1)
    return render(request, "429.html", {"minutes": minutes}, status=429)


def _is_proxy(address: str) -> bool:
    # A proxy that speaks over a Unix socket has no address.
    if not address:
        return True
    return _is_address(address) and any(
        ip_address(address) in network for network in settings.TRUSTED_PROXIES
    )


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


@receiver(user_login_failed)
def _log_failure(request: HttpRequest | None = None, **_kwargs: Any) -> None:
    """One line without the name: people type their password there."""
    if request is not None:
        logger.warning("A log-in from %s failed.", client_address(request))


# Their pages show the keys of second factors and the names of sessions. People have pages of their
# own (waproject.accounts.signin).
for _model in (EmailAddress, Authenticator, UserSession):
    admin.site.unregister(_model)


@admin.register(AccessAttempt)
class AttemptAdmin(LookOnly, admin.ModelAdmin):
    list_display = ["attempt_time", "username", "ip_address", "failures_since_start"]
    list_filter = ["attempt_time"]
    search_fields = ["username", "ip_address"]
    fields = ["attempt_time", "username", "ip_address", "failures_since_start", "user_agent"]
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).order_by("-attempt_time")
