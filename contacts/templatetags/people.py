"""What the page of a person is drawn with."""

from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.safestring import SafeString

from contacts.person.prices import price_in_words
from waproject.core.text.moments import said_in_full

register = template.Library()


register.filter("money", price_in_words)


@register.filter
def when(moment: datetime) -> SafeString:
    """The time of today, the day of an earlier moment."""
    is_today = timezone.localdate(moment) == timezone.localdate()
    return said_in_full(moment, with_clock=is_today)


@register.filter
def day(moment: datetime) -> SafeString:
    """The day alone."""
    return said_in_full(moment, with_clock=False)
