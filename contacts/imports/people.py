"""What a file says of a person, and a person as an import learns of them. No database."""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from contacts.imports.cells import tidy
from contacts.imports.rows import ContactRow, VehicleRow
from contacts.states import ContactStatus
from waproject.core.text.invisible import visible

VehicleKey = tuple[str, str, int, str]
Fact = int | tuple[str, str | int]


class Said(NamedTuple):
    """What the first row of a phone said, kept small: a file may have a million of them."""

    line: int
    given: tuple[str, ...]
    custom: tuple[str, ...]
    vehicle: int
    has_price: bool
    tags: tuple[str, ...]

    @classmethod
    def by(cls, line: int, row: ContactRow) -> "Said":
        vehicle = row.vehicle
        return cls(
            line,
            _shared(tuple(row.given)),
            _shared(tuple(row.custom)),
            digest_of(vehicle) if vehicle else 0,
            vehicle is not None and vehicle.price is not None,
            row.tags,
        )

    def facts(self) -> set[Fact]:
        facts: set[Fact] = {("given", name) for name in self.given}
        facts |= {("custom", name) for name in self.custom}
        facts |= {("tag", tag.casefold()) for tag in self.tags}
        if self.vehicle:
            facts.add(self.vehicle)
        if self.has_price:
            facts.add(("price", self.vehicle))
        return facts


@lru_cache(maxsize=1_024)
def _shared(names: tuple[str, ...]) -> tuple[str, ...]:
    """The same names as one object, whoever asks."""
    return names


def digest_of(vehicle: VehicleRow) -> int:
    return hash(key_of(vehicle))


@dataclass(slots=True)
class Car:
    """A vehicle; `pk` is 0 until it is stored."""

    pk: int
    row: VehicleRow
    has_new_price: bool = False


@dataclass(slots=True)
class Person:
    """A contact as it stands in the database and as this chunk leaves it; `pk` is 0 until then."""

    phone: str
    pk: int = 0
    status: str = ContactStatus.ACTIVE.value
    said: dict[str, str] = field(default_factory=dict)
    custom: dict[str, str] = field(default_factory=dict)
    new_custom: dict[str, str] = field(default_factory=dict)
    cars: dict[VehicleKey, Car] = field(default_factory=dict)
    tags: set[str] = field(default_factory=set)
    new_tags: list[str] = field(default_factory=list)
    is_changed: bool = False

    @classmethod
    def of(cls, row: ContactRow) -> "Person":
        """A new person of whom one row has spoken."""
        person = cls(row.phone)
        person.learn(row, vehicle_is_news=True)
        return person

    def learn(self, news: ContactRow, vehicle_is_news: bool) -> bool:
        """Take over what is news; True if it differs from what was known."""
        before = self.is_changed
        self.is_changed = False
        for name, value in news.given.items():
            known = self.said.get(name, "")
            if known != value and _as_read(name, known) != value:
                self.said[name] = value
                self.is_changed = True
        for title, value in news.custom.items():
            if self.custom.get(title) != value:
                self.custom[title] = self.new_custom[title] = value
                self.is_changed = True
        has_learnt = self.is_changed
        self.is_changed |= before
        for tag in news.tags:
            if tag.casefold() not in self.tags:
                self.tags.add(tag.casefold())
                self.new_tags.append(tag)
                has_learnt = True
        if news.vehicle and self._own(news.vehicle, vehicle_is_news):
            has_learnt = True
        return has_learnt

    def _own(self, vehicle: VehicleRow, is_news: bool) -> bool:
        key = key_of(vehicle)
        car = self.cars.get(key)
        if car is None:
            if is_news:
                self.cars[key] = Car(0, vehicle)
            # Else an earlier chunk of a dry run has it, and only a price can be news.
            return is_news or vehicle.price is not None
        if vehicle.price is None or vehicle.price == car.row.price:
            return False
        car.row = car.row._replace(price=vehicle.price)
        car.has_new_price = True
        return True


def _as_read(field: str, stored: str) -> str:
    """A stored value as an export of it is read, so that importing it changes nothing."""
    return stored.casefold().replace("_", "-") if field == "language" else tidy(stored)


def key_of(vehicle: VehicleRow) -> VehicleKey:
    """What makes two rows the same vehicle, however they write it."""
    model = visible(vehicle.model).casefold()
    return vehicle.make.casefold(), model, vehicle.year, vehicle.link
