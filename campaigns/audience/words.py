"""An audience in words, for the people who launch it."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.audience.outcomes import Outcome
from campaigns.models import Campaign
from contacts.models import ContactStatus, ImportJob, Tag
from contacts.permissions import shown_text
from messaging.texts.rendering import format_price

if TYPE_CHECKING:
    from campaigns.audience.filters import Audience


def describe(audience: "Audience") -> str:
    """One sentence with every filter; names of tags and campaigns are looked up."""
    chosen = [*_vehicle(audience), *_person(audience), *_chosen_people(audience)]
    left_out = list(_exclusions(audience))
    sentence = "; ".join(chosen) if chosen else _("everyone")
    if left_out:
        sentence = _("%(people)s, except %(left_out)s") % {
            "people": sentence,
            "left_out": "; ".join(left_out),
        }
    return capfirst(sentence) + "."


def _vehicle(audience: "Audience") -> Iterable[str]:
    words = []
    if audience.make:
        words.append(_one_of(audience.make))
    if audience.model:
        words.append(_one_of(audience.model))
    if years := _range(audience.year_from, audience.year_to):
        words.append(_("year %(years)s") % {"years": years})
    if prices := _range(_money(audience.price_from), _money(audience.price_to)):
        words.append(_("price %(prices)s") % {"prices": prices})
    if audience.vehicle_from:
        day = date_format(audience.vehicle_from, "SHORT_DATE_FORMAT")
        words.append(_("added from %(day)s on") % {"day": day})
    if words:
        yield _("people with a vehicle: %(vehicle)s") % {"vehicle": ", ".join(words)}


def _person(audience: "Audience") -> Iterable[str]:
    if audience.tags_any:
        yield _("tagged %(tags)s") % {"tags": _one_of(_names(Tag, audience.tags_any))}
    if audience.tags_none:
        yield _("not tagged %(tags)s") % {"tags": _one_of(_names(Tag, audience.tags_none))}
    if audience.language:
        yield _("language %(language)s") % {"language": audience.language}
    if audience.name_contains:
        yield _("with “%(text)s” in the name") % {"text": audience.name_contains}
    for key, value in audience.custom:
        yield _("with “%(value)s” as %(field)s") % {"value": value, "field": key}
    days = [
        date_format(day, "SHORT_DATE_FORMAT") if day else None
        for day in (audience.created_from, audience.created_to)
    ]
    if added := _range(*days):
        yield _("added %(days)s") % {"days": added}


def _chosen_people(audience: "Audience") -> Iterable[str]:
    """The filters by which a page has shown the people."""
    if audience.search:
        yield _("found by “%(text)s”") % {"text": shown_text(audience.search)}
    if audience.contact_status:
        status = ContactStatus(audience.contact_status).label
        yield _("with the status “%(status)s”") % {"status": status}
    if audience.imports:
        named = ImportJob.objects.filter(pk__in=audience.imports).values_list("pk", "job__title")
        titles = [dict(named).get(pk, f"#{pk}") for pk in audience.imports]
        yield _("people of the import %(imports)s") % {"imports": _one_of(titles)}
    if audience.of_campaigns:
        yield _of_campaigns(audience)
    if audience.contact_ids:
        count = len(audience.contact_ids)
        yield ngettext("%(count)d person named", "%(count)d people named", count) % {"count": count}


def _exclusions(audience: "Audience") -> Iterable[str]:
    if days := audience.exclude_contacted_days:
        yield ngettext(
            "people written to in the last day",
            "people written to in the last %(days)d days",
            days,
        ) % {"days": days}
    if audience.exclude_campaigns:
        campaigns = _campaigns(audience.exclude_campaigns)
        yield _("people of the campaign %(campaigns)s") % {"campaigns": campaigns}


def _of_campaigns(audience: "Audience") -> str:
    campaigns = _campaigns(audience.of_campaigns)
    if not audience.outcome:
        return _("people of the campaign %(campaigns)s") % {"campaigns": campaigns}
    return _("people of the campaign %(campaigns)s who %(outcome)s") % {
        "campaigns": campaigns,
        "outcome": Outcome(audience.outcome).label,
    }


def _campaigns(ids: Sequence[int]) -> str:
    return _one_of([f"“{name}”" for name in _names(Campaign, ids)])


def _names(model: Any, ids: Sequence[int]) -> list[str]:
    known = dict(model.objects.filter(pk__in=ids).values_list("pk", "name"))
    return [known.get(pk, f"#{pk}") for pk in ids]


def _one_of(texts: Sequence[str]) -> str:
    *first, last = texts
    if not first:
        return last
    return _("%(texts)s or %(last)s") % {"texts": ", ".join(first), "last": last}


def _range(start: object, end: object) -> str:
    if start is not None and end is not None:
        return _("from %(start)s to %(end)s") % {"start": start, "end": end}
    if start is not None:
        return _("from %(start)s on") % {"start": start}
    if end is not None:
        return _("up to %(end)s") % {"end": end}
    return ""


def _money(amount: Decimal | None) -> str | None:
    return None if amount is None else format_price(amount)
