"""What the pages of the site draw their shell with."""

from typing import Any

from django import template
from django.contrib import admin
from django.template.context import Context
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst

from waproject.accounts.signin.second_factor import lacks_one
from waproject.core.text.avatars import initials, tint
from waproject.site.navigation.reader import Navigation, ShownLink
from waproject.tenants.scope import has_tenant

register = template.Library()


@register.simple_tag(takes_context=True)
def navigation(context: Context) -> Navigation | None:
    """The navigation for the reader; None where there is none, as on the page of a failure."""
    request: Any = context.get("request")
    user = getattr(request, "user", None)
    if user is None or not (user.is_active and user.is_staff) or not has_tenant():
        return None
    return None if lacks_one(request) else Navigation(request)


@register.simple_tag(takes_context=True)
def way_back(context: Context) -> ShownLink | None:
    """One step up from this page: from a page about an object to it, from it to its list."""
    request: Any = context.get("request")
    options: Any = context.get("opts")
    shown: Any = context.get("original")
    match = getattr(request, "resolver_match", None)
    if options is None or match is None or "admin" not in match.app_names:
        return None
    base = f"{options.app_label}_{options.model_name}"
    if match.url_name == f"{base}_changelist":
        return None
    page = admin.site._registry.get(options.model)
    if page is None or not page.has_view_permission(request):
        return None
    if getattr(shown, "pk", None) and match.url_name != f"{base}_change":
        return ShownLink(str(shown), reverse(f"admin:{base}_change", args=[shown.pk]))
    return ShownLink(
        str(capfirst(options.verbose_name_plural)), reverse(f"admin:{base}_changelist")
    )


@register.simple_tag
def icon(name: str, kind: str = "") -> SafeString:
    """A picture of the sprite, which says nothing by itself: the words stand beside it."""
    return format_html(
        '<svg class="icon{}" aria-hidden="true"><use href="{}#{}"></use></svg>',
        f" {kind}" if kind else "",
        static("waproject/icons.svg"),
        name,
    )


register.filter("initials", initials)
register.filter("tint", tint)
