"""The door of people: a request works for the business of its user."""

from collections.abc import Callable, Iterable
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse

from waproject.tenants.models import Tenant
from waproject.tenants.scope import each_in_tenant, in_tenant

Answer = Callable[[HttpRequest], HttpResponse]


class TenantMiddleware:
    """Answers a logged-in person's requests in the scope of their business."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        tenant_id = tenant_of_user(request.user) if request.user.is_authenticated else None
        if tenant_id is None:
            return self.get_response(request)
        with in_tenant(tenant_id):
            response = self.get_response(request)
        if response.streaming:
            # The rows of a download are read while it is sent, after this function has returned.
            stream = cast(StreamingHttpResponse, response)
            rows = cast(Iterable[bytes], stream.streaming_content)
            stream.streaming_content = each_in_tenant(tenant_id, rows)
        return response


def tenant_of_user(user: Any) -> int | None:
    """The business that a user works for; None when there is none."""
    return Tenant.objects.values_list("pk", flat=True).first()
