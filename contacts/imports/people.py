"""The values that a file gives of a person, and the person as an import changes them."""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from contacts.imports.rows.cells import tidy
from contacts.imports.rows.rules import ContactRow, VehicleRow
from contacts.spelling.names import written_name
from contacts.states import ContactStatus
from waproject.core.text.invisible import visible

VehicleKey = tuple[str, str, int, str]
Fact = int | tuple[str, str | int]


class FirstRow(NamedTuple):
    """The values of the first row of a phone, kept small: a file may have a million of them."""

    line: int
    given: tuple[str, ...]
    custom: tuple[str, ...]
    vehicle: int
    has_price: bool
    tags: tuple[str, ...]

    @classmethod
    def by(cls, line: int, row: ContactRow) -> "FirstRow":
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
    """Equal tuples as one object, to save memory."""
    return names


def digest_of(vehicle: VehicleRow) -> int:
    return hash(key_of(vehicle))


@dataclass(slots=True)
class ImportedVehicle:
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
    fields: dict[str, str] = field(default_factory=dict)
    custom: dict[str, str] = field(default_factory=dict)
    new_custom: dict[str, str] = field(default_factory=dict)
    vehicles: dict[VehicleKey, ImportedVehicle] = field(default_factory=dict)
    tags: set[str] = field(default_factory=set)
    new_tags: list[str] = field(default_factory=list)
    is_changed: bool = False

    @classmethod
    def of(cls, row: ContactRow) -> "Person":
        """A new person with the values of one row."""
        person = cls(row.phone)
        person.apply(row, vehicle_is_new=True)
        return person

    def apply(self, changes: ContactRow, vehicle_is_new: bool) -> bool:
        """Take the changes over; True if any differs from what was known."""
        before = self.is_changed
        self.is_changed = False
        for name, value in changes.given.items():
            known = self.fields.get(name, "")
            if known != value and _as_read(name, known) != value:
                self.fields[name] = value
                self.is_changed = True
        for title, value in changes.custom.items():
            if self.custom.get(title) != value:
                self.custom[title] = self.new_custom[title] = value
                self.is_changed = True
        has_changes = self.is_changed
        self.is_changed |= before
        for tag in changes.tags:
            if tag.casefold() not in self.tags:
                self.tags.add(tag.casefold())
                self.new_tags.append(tag)
                has_changes = True
        if changes.vehicle and self._take_vehicle(changes.vehicle, vehicle_is_new):
            has_changes = True
        return has_changes

    def _take_vehicle(self, vehicle: VehicleRow, is_new: bool) -> bool:
        key = key_of(vehicle)
        known = self.vehicles.get(key)
        if known is None:
            if is_new:
                self.vehicles[key] = ImportedVehicle(0, vehicle)
            # Else an earlier chunk of a dry run has it, and only a price can be new.
            return is_new or vehicle.price is not None
        if vehicle.price is None or vehicle.price == known.row.price:
            return False
        known.row = known.row._replace(price=vehicle.price)
        known.has_new_price = True
        return True


def _as_read(field: str, stored: str) -> str:
    """A stored value as an export of it is read, so that importing it changes nothing."""
    if field == "language":
        return stored.casefold().replace("_", "-")
    return written_name(tidy(stored)) if field == "name" else tidy(stored)


def key_of(vehicle: VehicleRow) -> VehicleKey:
    """What makes two rows the same vehicle, however they write it."""
    model = visible(vehicle.model).casefold()
    return vehicle.make.casefold(), model, vehicle.year, vehicle.link
