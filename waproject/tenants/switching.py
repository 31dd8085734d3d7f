"""How a user with several businesses chooses the one to work for."""

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

CHOSEN = "tenant"  # the key of the session


@require_POST
def switch(request: HttpRequest) -> HttpResponse:
    """Work for another business of the user from now on, and begin at its first page.

    The token of all forms changes, so that a form that is still open in another tab of the browser
    is refused: it would be stored with the business chosen now.
    """
    wanted = request.POST.get("tenant", "")
    open_ones = getattr(request, "tenants", [])
    found = next((one.pk for one in open_ones if str(one.pk) == wanted), None)
    if found is not None:
        request.session[CHOSEN] = found
        rotate_token(request)
    return redirect("admin:index")
