"""The door of the site for the log of operations: which address a request came from."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from waproject.audit.origins import origin
from waproject.site.logins import client_address


def say_origin(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: operations of this request come from its client's address."""

    def answer(request: HttpRequest) -> HttpResponse:
        with origin(f"web {client_address(request)}"):
            return get_response(request)

    return answer
