"""The menu of saved filters in the bar of a list."""

from typing import Any

from django import template
from django.template import Context

from campaigns.actions import CampaignAction
from contacts.models import Contact
from contacts.permissions import SEE_PEOPLE
from waproject.core.admin.lists import narrowing
from waproject.site.saved.actions import SHARE
from waproject.site.saved.models import SavedFilter
from waproject.site.saved.operations import may_change

register = template.Library()


@register.inclusion_tag("admin/saved_filters.html", takes_context=True)
def saved_filters(context: Context, changelist: Any) -> dict[str, Any]:
    """What this user has saved for the list, which of it is in use, and the way to save more."""
    if not (changelist.has_filters or changelist.search_fields):
        return {}
    request: Any = context["request"]
    query = narrowing(request.GET)
    saved = list(SavedFilter.objects.shown_to(request.user, changelist.opts.label_lower))
    current = next((one for one in saved if one.query == query), None) if query else None
    return {
        "model": changelist.opts.label_lower,
        "saved": saved,
        "query": query,
        "current": current,
        "may_change": current is not None and may_change(current, request.user),
        "may_share": request.user.has_perm(SHARE),
        "csrf_token": context.get("csrf_token"),
    }


@register.inclusion_tag("admin/campaigns/campaign/saved_people.html", takes_context=True)
def saved_people(context: Context) -> dict[str, Any]:
    """The saved filters of contacts, each a button to a draft for its people."""
    user = context["request"].user
    may_draft = user.has_perms([CampaignAction.DRAFT.permission, SEE_PEOPLE])
    found = SavedFilter.objects.shown_to(user, Contact._meta.label_lower) if may_draft else []
    return {"saved": found, "csrf_token": context.get("csrf_token")}
