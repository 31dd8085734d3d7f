"""Kept files at their signed addresses, for providers that fetch what is sent and our own pages."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from waproject.core.files.kinds import type_named
from waproject.core.files.links import NoLink, read_link
from waproject.core.files.serving import respond


@login_not_required
@require_safe
def fetch(request: HttpRequest, token: str, name: str) -> HttpResponseBase:
    """The file of a signed address; 404 when the address is not one, or the file is gone.

    The name in the address is for its readers: the signed one counts.
    """
    try:
        linked = read_link(token)
    except NoLink:
        raise Http404 from None
    try:
        return respond(
            request,
            linked.path,
            mime_type=type_named(linked.path),
            name=linked.name,
            cache="private, max-age=3600",
            is_told=True,
        )
    except FileNotFoundError:
        raise Http404 from None
