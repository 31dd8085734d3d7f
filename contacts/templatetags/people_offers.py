"""The buttons for what can be done with a group of people."""

from typing import Any

from django import template
from django.template import Context

from contacts.admin.people_offers import offers_for

register = template.Library()


@register.inclusion_tag("contacts/people_offers.html", takes_context=True)
def people_offers(
    context: Context,
    query: str,
    count: int | None = None,
    *,
    is_short: bool = False,
    is_primary: bool = False,
) -> dict[str, Any]:
    """Buttons for the people whom the list of contacts has for a query; none for nobody.

    With `is_primary` the first is what a person comes to this page for.
    """
    request = context["request"]
    offers = [] if count == 0 else offers_for(request.user)
    return {
        "buttons": [offer.button(query, count) for offer in offers],
        "is_short": is_short,
        "is_primary": is_primary,
        "csrf_token": context.get("csrf_token"),
    }


@register.inclusion_tag("contacts/people_offers.html", takes_context=True)
def list_offers(context: Context, changelist: Any) -> dict[str, Any]:
    """Buttons for the people whom a list of contacts shows, once it is narrowed."""
    narrowed = getattr(changelist.model_admin, "narrowed_query", None)
    query = narrowed(context["request"]) if narrowed else ""
    if not query:
        return {"buttons": []}
    capped = getattr(changelist.paginator, "is_capped", False)
    return people_offers(context, query, None if capped else changelist.result_count)
