"""The page for those who may not do something: which right they lack, and who can give it."""

from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from waproject.accounts.memberships import GIVE, members_with, roles_with
from waproject.accounts.models import Role, User
from waproject.accounts.permissions import rights_with
from waproject.core.admin.permissions import PermissionLacking
from waproject.site.refused_doors import note_refusal
from waproject.tenants.scope import has_tenant

MOST_NAMES = 10
# The usual pages of a model, and the permission that each asks for.
_ASKS = {
    "changelist": "view",
    "history": "view",
    "add": "add",
    "delete": "delete",
    "import": "import",
    "process_import": "import",
    "export": "export",
}


@dataclass(frozen=True)
class WayOut:
    """The roles that would do, and the people of the business who can give one of them."""

    roles: list[Role]
    people: list[User]


def refused(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403, with what is lacking and the way out where they are known."""
    names = _lacked(request, exception)
    note_refusal(request, names)
    context: dict[str, Any] = {"sentence": str(exception)}
    if names and has_tenant():
        context = {"sentence": str(PermissionLacking(names)), "way_out": way_out(names)}
    return render(request, "403.html", context, status=403)


def way_out(names: list[str]) -> WayOut:
    """Who can give all these permissions, as `contacts.view_contact`, in the business."""
    wanted = [{right.name for right in rights_with(name)} for name in names]

    def suffices(role: Role) -> bool:
        return all(role.rights & one for one in wanted)

    roles = [role for role in Role.objects.all() if suffices(role)]
    giving = [role for role in roles_with(GIVE) if suffices(role)]
    people = members_with(giving).filter(is_active=True).order_by("first_name", "username")
    return WayOut(roles, list(people[:MOST_NAMES]))


def _lacked(request: HttpRequest, exception: Exception) -> list[str]:
    """The permissions that the user lacks for this page, as far as it is known."""
    if isinstance(exception, PermissionLacking):
        return exception.names
    match = request.resolver_match
    if str(exception) or match is None or match.app_name != "admin":
        return []
    for model in admin.site._registry:
        base = f"{model._meta.app_label}_{model._meta.model_name}_"
        if (match.url_name or "").startswith(base):
            return _missing(request, model, (match.url_name or "").removeprefix(base))
    return []


def _missing(request: HttpRequest, model: Any, page: str) -> list[str]:
    verb = _ASKS.get(page)
    if page == "change":
        verb = "change" if request.method == "POST" else "view"
    if verb is None:
        return []
    name = f"{model._meta.app_label}.{verb}_{model._meta.model_name}"
    return [] if request.user.has_perm(name) else [name]
