"""The operations on an object, for its history page."""

from typing import Any

from django import template
from django.db.models import Model

from waproject.audit.models import Event

register = template.Library()

SHOWN = 50


@register.inclusion_tag("admin/audit/events.html")
def events_of(about: Model) -> dict[str, Any]:
    """The latest operations on this object. Whoever may see the object may see them."""
    events = Event.objects.filter(object_type=about._meta.label_lower, object_id=str(about.pk))
    return {"events": events.order_by("-id")[:SHOWN]}
