"""The audience of a campaign: filters on people and their vehicles, stored as JSON."""

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, TypedDict

from django.db.models import (
    BooleanField,
    Count,
    Exists,
    ExpressionWrapper,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
)
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.db.models.lookups import Exact
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.models import Recipient
from campaigns.states import RecipientStatus
from contacts.makes import spell_make
from contacts.models import Contact, Vehicle
from messaging.models import Delivery
from optouts.reachability import may_write
from waproject.core.db.bulk_lookup import each

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    class _Spoken(TypedDict):
        vehicle_id: int | None

    Person = WithAnnotations[Contact, _Spoken]

MAX_LISTED = 5_000


class AudienceError(ValueError):
    """What is wrong with an audience, as a sentence for the user who described it."""


@dataclass(frozen=True)
class AudienceCount:
    """How many people an audience matches, and how many of them may be written to."""

    matched: int
    reachable: int


@dataclass(frozen=True)
class Audience:
    """Filters that a person must all pass; lists hold alternatives. No filter means everyone.

    The filters on vehicles must all hold for one vehicle of the person. `custom` holds pairs of a
    further field and its value. `contact_ids` narrows to people named one by one. `created_from`
    and `created_to` are days in the project's zone, both included.
    """

    make: Sequence[str] = ()
    model: Sequence[str] = ()
    year_from: int | None = None
    year_to: int | None = None
    price_from: Decimal | None = None
    price_to: Decimal | None = None
    tags_any: Sequence[int] = ()
    tags_none: Sequence[int] = ()
    language: str = ""
    name_contains: str = ""
    custom: Sequence[tuple[str, str]] = ()
    created_from: date | None = None
    created_to: date | None = None
    contact_ids: Sequence[int] = ()
    exclude_contacted_days: int | None = None
    exclude_campaigns: Sequence[int] = ()

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if field.default == () and not isinstance(value, tuple):
                value = (value,) if isinstance(value, str) else tuple(value)
                object.__setattr__(self, field.name, value)
        _check_range(_("years"), self.year_from, self.year_to)
        _check_range(_("prices"), self.price_from, self.price_to)
        _check_range(_("days"), self.created_from, self.created_to)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Audience":
        """The audience that `to_json` wrote. Raises AudienceError naming the filter at fault."""
        if not isinstance(data, Mapping):
            raise AudienceError(_("An audience must be an object with one key for each filter."))
        unknown = sorted(set(data) - set(_READERS))
        if unknown:
            raise AudienceError(
                _("The audience has no filter called %(names)s; there are: %(known)s.")
                % {"names": ", ".join(unknown), "known": ", ".join(_READERS)}
            )
        return cls(**{name: _READERS[name](name, value) for name, value in data.items()})

    def to_json(self) -> dict[str, Any]:
        """The filters in use, as plain JSON values."""
        return {
            field.name: _plain(getattr(self, field.name))
            for field in fields(self)
            if getattr(self, field.name) not in (None, "", ())
        }

    @property
    def is_everyone(self) -> bool:
        """No filter chooses people; exclusions may still leave some out."""
        return not (set(self.to_json()) - {"exclude_contacted_days", "exclude_campaigns"})

    @property
    def names_a_vehicle(self) -> bool:
        """Whether a filter names vehicles, so that every person who matches has one."""
        prices_and_years = (self.year_from, self.year_to, self.price_from, self.price_to)
        return bool(self.make or self.model or any(value is not None for value in prices_and_years))

    def matches(self) -> "QuerySet[Person]":
        """The people who pass the filters, each once, whether they may be written to or not.

        Each has `vehicle_id`, as in `described`.
        """
        people = Contact.objects.filter(self._people())
        if self.names_a_vehicle:
            people = people.filter(pk__in=self._vehicles().values("contact"))
        for recipients in self._excluded():
            people = people.filter(~Exists(recipients.filter(contact=OuterRef("pk"))))
        return self._with_vehicle(people)

    def described(self, ids: Sequence[int]) -> "QuerySet[Person]":
        """People found before, without looking at the filters again.

        Each has `vehicle_id`: the vehicle to speak of, the newest that passes the filters on
        vehicles (by year, then by id), None for a person without one; and `id_for_phone`.
        """
        people = Contact.objects.filter(pk__in=each(int, ids))
        return self._with_vehicle(people.with_id_for_phone())

    def count(self, channel: str = "") -> AudienceCount:
        """Both sizes of the audience on a channel, from one query."""
        may = ExpressionWrapper(may_write(channel), output_field=BooleanField())
        counts = (
            self.matches()
            .annotate(may=may)
            .aggregate(matched=Count("pk"), reachable=Count("pk", filter=Q(may=True)))
        )
        return AudienceCount(**counts)

    def describe(self) -> str:
        """The audience in a sentence."""
        from campaigns.audience_words import describe

        return describe(self)

    def _with_vehicle(self, people: "QuerySet[Contact]") -> "QuerySet[Person]":
        newest = self._vehicles().filter(contact=OuterRef("pk")).order_by("-year", "-id")
        return people.annotate(vehicle_id=Subquery(newest.values("pk")[:1])).order_by("pk")

    def _vehicles(self) -> "QuerySet[Vehicle]":
        """The vehicles that pass every filter on vehicles."""
        vehicles = Vehicle.objects.all()
        if self.make:
            typed = {*self.make, *map(spell_make, self.make)}
            vehicles = vehicles.filter(make__in=_same_word(typed, Vehicle.objects.makes()))
        if self.model:
            models = _same_word(self.model, Vehicle.objects.all_models())
            vehicles = vehicles.filter(model__in=models)
        bounds = {
            "year__gte": self.year_from,
            "year__lte": self.year_to,
            "price__gte": self.price_from,
            "price__lte": self.price_to,
        }
        return vehicles.filter(**{key: bound for key, bound in bounds.items() if bound is not None})

    def _people(self) -> Q:
        """The filters on the person."""
        chosen = Q()
        tagged = Contact.tags.through.objects
        if self.tags_any:
            chosen &= Q(pk__in=tagged.filter(tag__in=self.tags_any).values("contact"))
        if self.tags_none:
            chosen &= ~Q(Exists(tagged.filter(tag__in=self.tags_none, contact=OuterRef("pk"))))
        if self.language:
            chosen &= Q(language__iexact=self.language)
        if self.name_contains:
            chosen &= Q(name__sounds=self.name_contains)
        for key, value in self.custom:
            stored = Cast(KeyTextTransform(key, "custom_fields"), TextField())
            chosen &= Q(Exact(stored, Value(value)))
        if self.created_from:
            chosen &= Q(created_at__gte=_start_of(self.created_from))
        if self.created_to:
            chosen &= Q(created_at__lt=_start_of(self.created_to + timedelta(days=1)))
        if self.contact_ids:
            chosen &= Q(pk__in=self.contact_ids)
        return chosen

    def _excluded(self) -> "Iterable[QuerySet[Recipient]]":
        """Recipients of other campaigns whose contacts this audience leaves out."""
        if self.exclude_contacted_days:
            since = timezone.now() - timedelta(days=self.exclude_contacted_days)
            # A message in the air counts: it may have arrived.
            in_the_air = Q(token__in=Delivery.objects.in_hand().values("token"))
            yield Recipient.objects.filter(Q(sent_at__gte=since) | in_the_air)
        if self.exclude_campaigns:
            yield Recipient.objects.filter(campaign__in=self.exclude_campaigns).exclude(
                status=RecipientStatus.SKIPPED
            )


def _same_word(typed: Iterable[str], stored: Iterable[str]) -> list[str]:
    """The stored spellings of what was typed: any case, with or without accents.

    An equality on them can use the index of makes and models; a comparison of folded text cannot.
    """
    wanted = {_fold(text) for text in typed}
    return [text for text in stored if _fold(text) in wanted]


def _fold(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", " ".join(text.split()).casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def _start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _check_range(what: str, start: Any, end: Any) -> None:
    if start is not None and end is not None and start > end:
        raise AudienceError(
            _("The %(what)s of the audience end before they start: from %(start)s to %(end)s.")
            % {"what": what, "start": start, "end": end}
        )


def _refuse(name: str, expected: str, value: Any) -> AudienceError:
    return AudienceError(
        _("The filter “%(name)s” of the audience must be %(expected)s, not %(value)r.")
        % {"name": name, "expected": expected, "value": value}
    )


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise _refuse(name, _("a text"), value)
    return value.strip()


def _texts(name: str, value: Any) -> tuple[str, ...]:
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list) or not values:
        raise _refuse(name, _("a text or a list of texts"), value)
    return tuple(_text(name, item) for item in values)


def _whole(name: str, value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 2**31:
        raise _refuse(name, _("a whole number above zero"), value)
    return value


def _ids(name: str, value: Any) -> tuple[int, ...]:
    if not isinstance(value, list) or not value:
        raise _refuse(name, _("a list of numbers"), value)
    if len(value) > MAX_LISTED:
        raise AudienceError(
            _("The filter “%(name)s” names %(count)d; at most %(most)d are allowed. Use a tag.")
            % {"name": name, "count": len(value), "most": MAX_LISTED}
        )
    return tuple(_whole(name, item) for item in value)


def _money(name: str, value: Any) -> Decimal:
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        raise _refuse(name, _("an amount"), value) from None
    if isinstance(value, bool) or not amount.is_finite() or amount < 0:
        raise _refuse(name, _("an amount"), value)
    return amount


def _day(name: str, value: Any) -> date:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise _refuse(name, _("a day such as 2026-01-31"), value) from None


def _pairs(name: str, value: Any) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, dict) or not value:
        raise _refuse(name, _("an object of further fields and their values"), value)
    return tuple((_field(key), str(wanted)) for key, wanted in value.items())


def _field(key: str) -> str:
    # A number would be read as a position in a list; SQLite's paths cannot hold a quotation mark.
    if not key.strip() or key.strip().lstrip("-").isdigit() or '"' in key:
        raise AudienceError(_("“%(key)s” is no name of a further field.") % {"key": key})
    return key.strip()


_READERS: dict[str, Callable[[str, Any], Any]] = {
    "make": _texts,
    "model": _texts,
    "year_from": _whole,
    "year_to": _whole,
    "price_from": _money,
    "price_to": _money,
    "tags_any": _ids,
    "tags_none": _ids,
    "language": _text,
    "name_contains": _text,
    "custom": _pairs,
    "created_from": _day,
    "created_to": _day,
    "contact_ids": _ids,
    "exclude_contacted_days": _whole,
    "exclude_campaigns": _ids,
}


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        pairs = bool(value) and isinstance(value[0], tuple)
        return dict(value) if pairs else list(value)
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else str(value)
    return value.isoformat() if isinstance(value, date) else value
