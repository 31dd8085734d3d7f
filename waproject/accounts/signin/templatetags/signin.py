"""What the pages of logging in say of the site."""

from typing import Any

from django import template
from django.forms import BoundField
from django.utils.safestring import SafeString

from waproject.tenants.models import Tenant
from waproject.tenants.scope import current_tenant_id, has_tenant

register = template.Library()


@register.simple_tag(takes_context=True)
def business_of_site(context: dict[str, Any]) -> str:
    """The name of the reader's business.

    Before the log-in that of the only one; "" where there are several, which are nobody's to know.
    """
    found = Tenant.objects.all()
    user = context.get("user")
    if has_tenant() and user is not None and user.is_authenticated:
        found = found.filter(pk=current_tenant_id())
    names = list(found.values_list("name", flat=True)[:2])
    return str(names[0]) if len(names) == 1 else ""


@register.filter
def focused(field: BoundField) -> SafeString:
    """The field, in which one writes at once."""
    return field.as_widget(attrs={"autofocus": True})
