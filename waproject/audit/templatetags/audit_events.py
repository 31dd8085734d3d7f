"""The operations on an object, for its history page."""

from typing import Any

from django import template
from django.db.models import Model

from waproject.accounts.models import User
from waproject.audit.models import Event
from waproject.audit.objects import object_in_words

register = template.Library()

SHOWN = 100
LATEST = 10


@register.inclusion_tag("admin/audit/events.html")
def events_of(about: Model) -> dict[str, Any]:
    """The latest operations on this object. Whoever may see the object may see them."""
    events = Event.objects.filter(object_type=about._meta.label_lower, object_id=str(about.pk))
    return {"events": events.order_by("-id")[:SHOWN]}


@register.inclusion_tag("admin/audit/latest.html")
def latest_of(user: User) -> dict[str, Any]:
    """What this user did last."""
    events = Event.objects.filter(actor=user).order_by("-id")[:LATEST]
    return {"events": [(event, object_in_words(event)) for event in events]}
