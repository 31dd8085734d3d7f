"""With whose values a message is shown: real people, the longest values, or an invented person."""

from decimal import Decimal
from typing import Any

from django.core.cache import caches
from django.db.models import CharField, F
from django.db.models.expressions import Combinable
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Length

from contacts.models import Contact, Vehicle
from contacts.permissions import SEE_ADDRESSES, SEE_PEOPLE
from messaging.admin.templates.phone import Phone, shown, values_of
from messaging.texts.content import TemplateContent
from messaging.texts.rendering import CUSTOM_PREFIX, SOURCES, clean, source_of
from waproject.tenants.scope import current_tenant_id

# How many people one may step through, and who is read to find them.
READERS, LOOKED_AT = 10, 40
WORST = "worst"
# Of so many of the longest names the longest first name is sought.
_LONG_NAMES = 300
_KEPT_SECONDS = 600

INVENTED = Contact(name="María Soto", phone="+56912345678", email="maria@example.com")
INVENTED_VEHICLE = Vehicle(
    make="Toyota",
    model="Corolla",
    year=2018,
    price=Decimal(8_500_000),
    link="https://example.com/1",
)
_LONG_INVENTED = {
    "contact.first_name": "Maximiliano",
    "contact.name": "Maximiliano Fernández-Larraín Undurraga",
    "contact.phone": "+56 9 1234 5678",
    "contact.email": "maximiliano.fernandez.larrain@example.com",
    "vehicle.make": "Mercedes-Benz",
    "vehicle.model": "Grand Cherokee Overland 3.6",
    "vehicle.year": "2024",
    "vehicle.price": "$123.990.000",
    "vehicle.link": "https://example.com/autos/grand-cherokee-overland-2024",
}


def phone_for(user: Any, content: TemplateContent, reader: str, wanted: str = "") -> Phone:
    """The message as one person reads it: the one searched for, else the one at that place.

    `reader` may be WORST: with the longest values there are. Users who may not see people see an
    invented person.
    """
    may_see = user.has_perms([SEE_PEOPLE, SEE_ADDRESSES])
    if reader == WORST:
        return shown(content, worst_values(content, may_see), "", is_worst=True)
    place = int(reader) if reader.isdecimal() and len(reader) < 4 else 0
    found = list(_people(wanted)) if may_see else []
    if not found:
        values = values_of(content, INVENTED, INVENTED_VEHICLE).variables
        return shown(content, values, INVENTED.name, is_invented=True)
    place = min(place, len(found) - 1)
    person, vehicle = found[place]
    values = values_of(content, person, vehicle).variables
    has_next = place + 1 < len(found)
    return shown(content, values, person.name or str(person), reader=place, has_next=has_next)


def _people(wanted: str) -> list[tuple[Contact, Vehicle | None]]:
    """Those searched for, else those who have a vehicle, else any; the newest first."""
    if wanted:
        people = list(Contact.objects.search(wanted).order_by("-pk")[:READERS])
    else:
        newest = Vehicle.objects.select_related("contact").order_by("-pk")[:LOOKED_AT]
        found = {one.contact_id: (one.contact, one) for one in newest}
        if found:
            return list(found.values())[:READERS]
        people = list(Contact.objects.order_by("-pk")[:READERS])
    vehicles = Vehicle.objects.filter(contact__in=people).order_by("year", "pk")
    latest = {one.contact_id: one for one in vehicles}
    return [(one, latest.get(one.pk)) for one in people]


def worst_values(content: TemplateContent, may_see: bool) -> dict[str, str]:
    """The longest value of each placeholder, of what the business has.

    Of first names it is the longest among the longest names.
    """
    values = {}
    for name in content.placeholders:
        source = source_of(name, content.variables)
        longest = _longest(source) if may_see else _LONG_INVENTED.get(source, "")
        fallback = clean(content.variables.get(name, {}).get("fallback", ""))
        example = clean(content.variables.get(name, {}).get("example", ""))
        values[name] = max(longest, fallback, key=len) or example
    return values


def _longest(source: str) -> str:
    """Asked of the database at most once in ten minutes, for it reads all people."""
    key = f"longest-{current_tenant_id()}-{source}"
    kept = caches["process"].get(key)
    if kept is None:
        kept = _asked(source)
        caches["process"].set(key, kept, _KEPT_SECONDS)
    return str(kept)


def _asked(source: str) -> str:
    if source.startswith(CUSTOM_PREFIX):
        text = KeyTextTransform(source.removeprefix(CUSTOM_PREFIX), "custom_fields")
        rows = Contact.objects.alias(text=text).annotate(of=Length("text")).filter(of__gt=0)
        people = [(one, None) for one in rows.order_by("-of")[:1]]
        return _longest_of(source, people) if people else ""
    if source not in SOURCES:
        return ""
    model, _dot, field = source.partition(".")
    if model == "contact":
        column = {"first_name": "name"}.get(field, field)
        contacts = Contact.objects.annotate(of=Length(column)).filter(of__gt=0)
        longest = contacts.order_by("-of")[:_LONG_NAMES]
        return _longest_of(source, [(one, None) for one in longest])
    vehicles = Vehicle.objects.annotate(of=_length(field)).filter(of__gt=0)
    return _longest_of(source, [(INVENTED, one) for one in vehicles.order_by("-of")[:1]])


def _length(field: str) -> Combinable:
    """By what the longest text of a field of vehicles is found; of numbers it is the greatest."""
    if field in ("year", "price"):
        return F(field)
    return Length(Cast(field, CharField()))


def _longest_of(source: str, people: list[tuple[Contact, Vehicle | None]]) -> str:
    if source.startswith(CUSTOM_PREFIX):
        key = source.removeprefix(CUSTOM_PREFIX)
        texts = [clean(one.custom_fields.get(key)) for one, _vehicle in people]
    else:
        texts = [clean(SOURCES[source].value(one, vehicle)) for one, vehicle in people]
    return max(texts, key=len, default="")
