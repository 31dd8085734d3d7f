"""The door of people: a request works for one business of its user.

A user with several businesses works for the one they chose last, in this session
(waproject.tenants.web.switching); a form of the page of another one is refused then, as choosing
changes the token that each form carries. So it is when the one of the session ends for the user.
"""

from collections.abc import Callable, Iterable
from typing import cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from waproject.accounts.memberships import tenants_of
from waproject.tenants.models import Tenant
from waproject.tenants.preferences import local_time
from waproject.tenants.scope import each_in_tenant, in_tenant
from waproject.tenants.web.switching import CHOSEN, work_for

# Logging in and out, and accepting the invitation of a business.
OPEN = "/accounts/"

Answer = Callable[[HttpRequest], HttpResponse]


class TenantMiddleware:
    """Answers a logged-in person's requests in the scope of their business.

    `request.tenants` are all that they may choose from, `request.tenant_id` is the one.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return self.get_response(request)
        tenants = list(tenants_of(request.user))
        request.tenants = tenants  # type: ignore[attr-defined]
        if not tenants:
            return self._without_tenant(request)
        tenant_id = _chosen(request, tenants)
        request.tenant_id = tenant_id  # type: ignore[attr-defined]
        with in_tenant(tenant_id), local_time():
            response = self.get_response(request)
        if response.streaming:
            # The rows of a download are read while it is sent, after this function has returned.
            stream = cast(StreamingHttpResponse, response)
            rows = cast(Iterable[bytes], stream.streaming_content)
            stream.streaming_content = each_in_tenant(tenant_id, rows)
        return response

    def _without_tenant(self, request: HttpRequest) -> HttpResponse:
        if request.path == reverse("admin:logout") or request.path.startswith(OPEN):
            return self.get_response(request)
        raise PermissionDenied(
            _("Your user belongs to no business yet. Whoever manages the users can change that.")
        )


def _chosen(request: HttpRequest, tenants: list[Tenant]) -> int:
    """The business of this session, while it is open to the user; from then on the first.

    Raises PermissionDenied for a form of a page of the former one.
    """
    ids = [tenant.pk for tenant in tenants]
    chosen: int = request.session.get(CHOSEN, ids[0])
    if chosen in ids:
        return chosen
    work_for(request, ids[0])
    if request.method not in ("GET", "HEAD"):
        raise PermissionDenied(
            _("The page was of a business to which your user belongs no more. Open it again.")
        )
    return ids[0]
