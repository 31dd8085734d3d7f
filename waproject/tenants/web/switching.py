"""How a user with several businesses chooses the one to work for."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from waproject.audit.acting import Entry, record
from waproject.tenants.models import Tenant
from waproject.tenants.scope import in_tenant
from waproject.tenants.web.actions import BusinessAction

CHOSEN = "tenant"  # the key of the session


@require_POST
def switch(request: HttpRequest) -> HttpResponse:
    """Work for another business of the user from now on, and begin at its first page.

    The token of all forms changes, so that a form that is still open in another tab of the browser
    is refused: it would be stored with the business chosen now.
    """
    wanted = request.POST.get("tenant", "")
    open_ones = getattr(request, "tenants", [])
    found = next((one for one in open_ones if str(one.pk) == wanted), None)
    if found is not None:
        request.session[CHOSEN] = found.pk
        rotate_token(request)
        _log_entry(request.user, found)
    return redirect("admin:index")


def _log_entry(user: Any, tenant: Tenant) -> None:
    """The business reads in its log who came in, and whether it was an operator without a role."""
    is_member = user.memberships.filter(tenant=tenant).exists()
    with in_tenant(tenant.pk):
        after = {"as_operator": not is_member}
        record(user, BusinessAction.ENTER.value, Entry(tenant, tenant.name, after=after))
