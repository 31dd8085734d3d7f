"""How a user with several businesses chooses the one to work for."""

from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from waproject.accounts.memberships import tenants_of
from waproject.audit.acting import Entry, record
from waproject.tenants.models import Tenant
from waproject.tenants.scope import in_tenant
from waproject.tenants.web.actions import BusinessAction

CHOSEN = "tenant"  # the key of the session


@receiver(user_logged_in, dispatch_uid="tenants.begin_with_first")
def begin_with_first(user: Any, request: HttpRequest | None = None, **_kwargs: Any) -> None:
    """Note which business the session begins with: it may not be the user's first one for ever."""
    if request is not None and (first := tenants_of(user).first()):
        request.session.setdefault(CHOSEN, first.pk)


def work_for(request: HttpRequest, tenant_id: int) -> None:
    """Work for this business from now on, in this session.

    The token of all forms changes, so that a form that is still open in another tab of the browser
    is refused: it would be stored with the business of now.
    """
    request.session[CHOSEN] = tenant_id
    rotate_token(request)


@require_POST
def switch(request: HttpRequest) -> HttpResponse:
    """Work for another business of the user from now on, and begin at its first page."""
    wanted = request.POST.get("tenant", "")
    open_ones = getattr(request, "tenants", [])
    found = next((one for one in open_ones if str(one.pk) == wanted), None)
    if found is not None:
        work_for(request, found.pk)
        _log_entry(request.user, found)
    return redirect("admin:index")


def _log_entry(user: Any, tenant: Tenant) -> None:
    """The business reads in its log who came in, and whether it was an operator without a role."""
    is_member = user.memberships.filter(tenant=tenant).exists()
    with in_tenant(tenant.pk):
        after = {"as_operator": not is_member}
        record(user, BusinessAction.ENTER.value, Entry(tenant, tenant.name, after=after))
