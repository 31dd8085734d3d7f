"""The list of contacts as an audience: its filters and its search as filters on people."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.contrib.admin.views.main import SEARCH_VAR
from django.http import QueryDict
from django.utils import timezone

from campaigns.audience.filters import Audience
from campaigns.audience.values import MAX_LISTED, AudienceError
from contacts.models import Contact
from contacts.search import seeks_an_address
from contacts.search.people import named_people
from waproject.core.admin.lists import ABOUT_THE_PAGE
from waproject.core.days import start_of
from waproject.core.text.sentences import gettext as _

_MORE = MAX_LISTED + 1


def audience_of(query: str) -> Audience:
    """The audience of the people whom the list of contacts shows for this query of its address.

    Raises AudienceError for what no audience can say, and when the list shows nobody.
    """
    filters: dict[str, Any] = {}
    for name, values in QueryDict(query).lists():
        value = values[-1].strip()
        if not value or name in ABOUT_THE_PAGE:
            continue
        if name not in _FILTERS:
            raise AudienceError(
                _("A campaign cannot keep the filter “%(name)s” of the list.") % {"name": name}
            )
        filters |= _FILTERS[name](value)
    return Audience.from_json(filters)


def _search(text: str) -> Mapping[str, Any]:
    """A search by an address as the people it finds: no draft keeps a phone or an e-mail."""
    if not seeks_an_address(text):
        return {"search": text}
    people = Contact.objects.filter(named_people(text))
    found = list(people.order_by("pk").values_list("pk", flat=True)[:_MORE])
    if not found:
        raise AudienceError(_("The search finds nobody."))
    return {"search": text} if len(found) == _MORE else {"contact_ids": found}


def _number(name: str) -> Callable[[str], Mapping[str, Any]]:
    return lambda value: {name: int(value) if value.isdecimal() else value}


def _as_is(name: str) -> Callable[[str], Mapping[str, Any]]:
    return lambda value: {name: value}


def _tag(value: str) -> Mapping[str, Any]:
    return {"tags_any": [int(value) if value.isdecimal() else value]}


def _import(value: str) -> Mapping[str, Any]:
    return {"imports": [int(value) if value.isdecimal() else value]}


def _ids(value: str) -> Mapping[str, Any]:
    return {"contact_ids": [int(one) if one.isdecimal() else one for one in value.split(",")]}


def _since(name: str) -> Callable[[str], Mapping[str, Any]]:
    return lambda value: {name: _midnight(value).isoformat()}


def _before(value: str) -> Mapping[str, Any]:
    return {"created_to": (_midnight(value) - timedelta(days=1)).isoformat()}


def _midnight(value: str) -> date:
    """The day that begins at this moment. Raises AudienceError for any other text."""
    day = _day_begun_at(value)
    if day is None:
        raise AudienceError(_("A campaign keeps whole days only, not “%(day)s”.") % {"day": value})
    return day


def _day_begun_at(value: str) -> date | None:
    try:
        moment = datetime.fromisoformat(value)
        aware = moment if timezone.is_aware(moment) else timezone.make_aware(moment)
        day = timezone.localdate(aware)
        # Not compared with 00:00: a day on which the clocks go forward then has none.
        # In UTC: of two zones, such a moment equals no other in Python.
        begins = aware.astimezone(UTC) == start_of(day)
    except (ValueError, OverflowError):  # no moment, or one beyond the calendar
        return None
    return day if begins and day > date.min else None


# The parameters of the list's address (contacts.admin.filters), each as filters of an audience.
_FILTERS: dict[str, Callable[[str], Mapping[str, Any]]] = {
    SEARCH_VAR: _search,
    "status__exact": _as_is("contact_status"),
    "id__in": _ids,
    "import": _import,
    "tag": _tag,
    "tags__id__exact": _tag,
    "make": _as_is("make"),
    "model": _as_is("model"),
    "year_from": _number("year_from"),
    "year_to": _number("year_to"),
    "price_from": _as_is("price_from"),
    "price_to": _as_is("price_to"),
    "vehicle_from": _as_is("vehicle_from"),
    "created_at__gte": _since("created_from"),
    "created_at__lt": _before,
}
