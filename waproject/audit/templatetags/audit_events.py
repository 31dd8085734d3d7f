"""The operations on an object, for its history page."""

from typing import Any
from urllib.parse import urlencode

from django import template
from django.db.models import Model
from django.urls import reverse

from waproject.audit.changes import changes_of, further_fields
from waproject.audit.history import SHOWN, history_of

register = template.Library()


@register.inclusion_tag("admin/audit/events.html", takes_context=True)
def events_of(context: Any, about: Model) -> dict[str, Any]:
    """The latest operations on this object. Whoever may see the object may see them."""
    events = history_of(about)
    changes = changes_of(events)
    query = urlencode({"object_type": about._meta.label_lower, "object_id": about.pk})
    return {
        "events": events,
        "rows": [(event, changes[event.pk], further_fields(event)) for event in events],
        "all_events": f"{reverse('admin:audit_event_changelist')}?{query}",
        "may_see_all": context["request"].user.has_perm("audit.view_event"),
        "is_cut": len(events) == SHOWN,
        "shown": SHOWN,
    }
