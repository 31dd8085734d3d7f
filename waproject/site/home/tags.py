"""What the first page is drawn with."""

from django import template
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import pgettext

from waproject.core.text.moments import named

register = template.Library()


@register.simple_tag
def long_day() -> str:
    """Today in words: Friday 27 November, Viernes 27 de noviembre."""
    return str(capfirst(named(timezone.localdate(), pgettext("date format", "l j F"))))


@register.simple_tag
def linked(number: int, url: str) -> SafeString | str:
    """A number, with the way to its rows where there is one."""
    words = str(number_format(number, use_l10n=True, force_grouping=True))
    return format_html('<a href="{}">{}</a>', url, words) if url else words
