"""The audience of a campaign: filters on people and their vehicles, stored as JSON."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from decimal import Decimal
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

from campaigns.audience.outcomes import STATUSES
from campaigns.audience.values import MAX_LISTED as MAX_LISTED
from campaigns.audience.values import READERS, AudienceError, plain
from campaigns.models import Recipient
from campaigns.states import RecipientStatus
from contacts.models import Contact, ImportedPerson, Vehicle
from contacts.search import contact_condition
from contacts.search.owners import or_owners
from messaging.models import Delivery
from optouts.reachability import may_write
from waproject.core.days import start_of
from waproject.core.db.bulk_lookup import each
from waproject.core.text.sentences import gettext as _

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    class _Spoken(TypedDict):
        vehicle_id: int | None

    Person = WithAnnotations[Contact, _Spoken]


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
    and `created_to` are days in the project's zone, both included; `vehicle_from` is the day since
    which the vehicle is in. `search` finds people as the list of contacts does, `imports`
    are those that took them. `of_campaigns` narrows to people of other campaigns: to those whose
    message had the `outcome`, a value of Outcome, else to all but the skipped.
    """

    search: str = ""
    contact_status: str = ""
    make: Sequence[str] = ()
    model: Sequence[str] = ()
    year_from: int | None = None
    year_to: int | None = None
    price_from: Decimal | None = None
    price_to: Decimal | None = None
    vehicle_from: date | None = None
    tags_any: Sequence[int] = ()
    tags_none: Sequence[int] = ()
    language: str = ""
    name_contains: str = ""
    custom: Sequence[tuple[str, str]] = ()
    created_from: date | None = None
    created_to: date | None = None
    contact_ids: Sequence[int] = ()
    imports: Sequence[int] = ()
    of_campaigns: Sequence[int] = ()
    outcome: str = ""
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
        if self.outcome and not self.of_campaigns:
            raise AudienceError(_("Say of which campaigns the people have to be."))

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Audience":
        """The audience that `to_json` wrote. Raises AudienceError naming the filter at fault."""
        if not isinstance(data, Mapping):
            raise AudienceError(_("An audience must be an object with one key for each filter."))
        unknown = sorted(set(data) - set(READERS))
        if unknown:
            raise AudienceError(
                _("The audience has no filter called %(names)s; there are: %(known)s.")
                % {"names": ", ".join(unknown), "known": ", ".join(READERS)}
            )
        return cls(**{name: READERS[name](name, value) for name, value in data.items()})

    def to_json(self) -> dict[str, Any]:
        """The filters in use, as plain JSON values."""
        return {
            field.name: plain(getattr(self, field.name))
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
        bounds = (
            self.year_from,
            self.year_to,
            self.price_from,
            self.price_to,
            self.vehicle_from,
        )
        return bool(self.make or self.model or any(value is not None for value in bounds))

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
        from campaigns.audience.words import describe

        return describe(self)

    def _with_vehicle(self, people: "QuerySet[Contact]") -> "QuerySet[Person]":
        newest = self._vehicles().filter(contact=OuterRef("pk")).order_by("-year", "-id")
        return people.annotate(vehicle_id=Subquery(newest.values("pk")[:1])).order_by("pk")

    def _vehicles(self) -> "QuerySet[Vehicle]":
        """The vehicles that pass every filter on vehicles."""
        vehicles = Vehicle.objects.of_words(makes=self.make, models=self.model)
        bounds = {
            "year__gte": self.year_from,
            "year__lte": self.year_to,
            "price__gte": self.price_from,
            "price__lte": self.price_to,
            "created_at__gte": self.vehicle_from and start_of(self.vehicle_from),
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
            chosen &= Q(created_at__gte=start_of(self.created_from))
        if self.created_to:
            chosen &= Q(created_at__lt=start_of(self.created_to + timedelta(days=1)))
        return chosen & self._chosen_people()

    def _chosen_people(self) -> Q:
        """The filters by which a page has shown the people."""
        chosen = Q()
        if self.contact_ids:
            chosen &= Q(pk__in=self.contact_ids)
        if self.search:
            # Found in full whoever asks: the number must be the same for everyone.
            named = contact_condition(self.search, sees_addresses=True)
            chosen &= or_owners(named, self.search)
        if self.contact_status:
            chosen &= Q(status=self.contact_status)
        if self.imports:
            taken = ImportedPerson.objects.filter(job__in=self.imports)
            chosen &= Q(pk__in=taken.values("contact"))
        if self.of_campaigns:
            chosen &= Q(pk__in=self._written_to().values("contact"))
        return chosen

    def _written_to(self) -> "QuerySet[Recipient]":
        """Recipients of the campaigns that this audience is of, with the outcome wanted."""
        recipients = Recipient.objects.filter(campaign__in=self.of_campaigns)
        if self.outcome:
            return recipients.filter(status__in=STATUSES[self.outcome])
        return recipients.exclude(status=RecipientStatus.SKIPPED)

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


def _check_range(what: str, start: Any, end: Any) -> None:
    if start is not None and end is not None and start > end:
        raise AudienceError(
            _("The %(what)s of the audience end before they start: from %(start)s to %(end)s.")
            % {"what": what, "start": start, "end": end}
        )
