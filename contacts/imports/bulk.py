"""Rows into the database, a chunk at a time, and what became of each.

Within one file the first row with a value decides: a later row of the same phone adds what is new
(a vehicle, a tag, an email that was empty) and replaces nothing. So a file leads to the same rows
however often it is imported, and a dry run can tell every outcome without writing.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from contacts.imports import storing
from contacts.imports.columns import Columns
from contacts.imports.files.reading import Row
from contacts.imports.files.records import bundles
from contacts.imports.people import Fact, FirstRow, ImportedVehicle, Person, digest_of, key_of
from contacts.imports.rows.cells import tidy
from contacts.imports.rows.rules import ContactRow, RowRules, VehicleRow
from contacts.imports.rows.values import RowError
from contacts.models import Address, Contact, Vehicle
from contacts.phones.keys import phone_key
from contacts.privacy.hashes import erased_among
from contacts.querysets import ContactQuerySet
from contacts.spelling.makes import spell_make
from contacts.spelling.vehicle_models import ModelSpellings
from contacts.states import AddressChannel, ContactStatus
from waproject.core.db.bulk_lookup import each

CHUNK_ROWS = 5_000
CHUNK_CHARS = 10_000_000


class Outcome(models.TextChoices):
    CREATED = "created", pgettext_lazy("rows", "created")
    UPDATED = "updated", pgettext_lazy("rows", "updated")
    UNCHANGED = "unchanged", pgettext_lazy("rows", "unchanged")
    SKIPPED = "skipped", pgettext_lazy("rows", "skipped")
    FAILED = "failed", pgettext_lazy("rows", "failed")


class RowOutcome(NamedTuple):
    """What became of one row. `first_line` is the line that has the same phone, 0 if none does."""

    line: int
    outcome: Outcome
    reason: str = ""
    first_line: int = 0
    row: ContactRow | None = None

    @property
    def was_taken(self) -> bool:
        return self.outcome not in (Outcome.SKIPPED, Outcome.FAILED)

    @property
    def remarks(self) -> str:
        """What of a row that was taken was left out, and why; empty if nothing was."""
        return " ".join(self.row.remarks) if self.row and self.was_taken else ""


# Notes what became of the rows of a chunk, and the ids of the people whom they are about.
Record = Callable[[list[RowOutcome], Collection[int]], None]


def chunks_of(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """The rows by CHUNK_ROWS, or fewer when they are long, read as they are asked for."""
    return bundles(rows, CHUNK_ROWS, CHUNK_CHARS)


class ContactImport:
    """The import of one file into this database.

    `region` is the country of phones without a country code; with `keep_unknown`, unknown columns
    go to the contact's further fields; with `dry_run`, outcomes are the same and nothing is
    written. After an exception the object cannot be used any more: begin again with a new one.
    """

    def __init__(
        self,
        columns: Columns,
        *,
        region: str | None = None,
        keep_unknown: bool = False,
        dry_run: bool = False,
    ) -> None:
        self._rules = RowRules(columns, region=region, keep_unknown=keep_unknown)
        self._models = ModelSpellings()
        self._dry_run = dry_run
        self._first_rows: dict[str, FirstRow] = {}
        self._facts_so_far: dict[str, set[Fact]] = {}

    def remember(self, rows: Iterable[Row]) -> None:
        """Remember the values of rows that an earlier run of this import has taken already."""
        for line, row in self._read(rows):
            if isinstance(row, ContactRow):
                self._changes(line, row, phone_key(row.phone))

    def take(
        self,
        rows: Iterable[Row],
        record: Record | None = None,
    ) -> list[RowOutcome]:
        """Take one chunk of rows: one transaction, one outcome for each row, in their order.

        `record` is called in the same transaction.
        """
        read = self._read(rows)
        with transaction.atomic():
            if not self._dry_run:
                storing.wait_for_other_imports()
            chunk = _Chunk([row for _line, row in read if isinstance(row, ContactRow)])
            outcomes = [self._decide(chunk, line, row) for line, row in read]
            people = set() if self._dry_run else chunk.write()
            if record:
                record(outcomes, people)
        return outcomes

    def _read(self, rows: Iterable[Row]) -> list[tuple[int, ContactRow | str]]:
        """Each row with its line, or the reason why it cannot be taken."""
        read: list[tuple[int, ContactRow | str]] = []
        for line, cells, problem in rows:
            try:
                read.append((line, problem or self._spelled(self._rules.read(cells))))
            except RowError as error:
                read.append((line, str(error)))
        return read

    def _spelled(self, row: ContactRow) -> ContactRow:
        """The row with its vehicle's model in the spelling that is known."""
        if not (vehicle := row.vehicle):
            return row
        model = self._models.spell(vehicle.make, vehicle.model)
        if model == vehicle.model:
            return row
        return row._replace(vehicle=vehicle._replace(model=model))

    def _decide(self, chunk: "_Chunk", line: int, row: ContactRow | str) -> RowOutcome:
        if isinstance(row, str):
            return RowOutcome(line, Outcome.FAILED, row)
        key = phone_key(row.phone)
        repeats, changes, vehicle_is_new = self._changes(line, row, key)
        person = chunk.person(key)
        if person is None and key in chunk.erased:
            reason = _("This person had opted out before their data was erased.")
            return RowOutcome(line, Outcome.SKIPPED, reason, repeats, row)
        if person is None:
            if not repeats:
                chunk.create(row, key)
                chunk.taken.add(key)
                return RowOutcome(line, Outcome.CREATED, "", 0, row)
            person = chunk.create_again(row.phone, key)
        if person.status == ContactStatus.OPTED_OUT:
            reason = _("This person has opted out.")
            return RowOutcome(line, Outcome.SKIPPED, reason, repeats, row)
        chunk.taken.add(key)
        is_changed = person.apply(changes, vehicle_is_new)
        outcome = Outcome.UPDATED if is_changed else Outcome.UNCHANGED
        return RowOutcome(line, outcome, "", repeats, row)

    def _changes(self, line: int, row: ContactRow, key: str) -> tuple[int, ContactRow, bool]:
        """The first line with this phone (0 for this one), the values that no earlier line had, and
        whether the vehicle is one of them. `key` is the phone's.

        A vehicle that an earlier line had stays in the row, with its price if that is new.
        """
        phone, given, custom, vehicle, tags, _remarks = row
        first = self._first_rows.get(key)
        if first is None:
            self._first_rows[key] = FirstRow.by(line, row)
            return 0, row, True
        facts = self._facts_so_far.setdefault(key, first.facts())
        before = set(facts)
        facts |= FirstRow.by(line, row).facts()
        vehicle_is_new = False
        if vehicle:
            digest = digest_of(vehicle)
            vehicle_is_new = digest not in before
            if ("price", digest) in before:
                vehicle = vehicle._replace(price=None)
        changes = ContactRow(
            phone,
            {name: value for name, value in given.items() if ("given", name) not in before},
            {name: value for name, value in custom.items() if ("custom", name) not in before},
            vehicle,
            tuple(tag for tag in tags if ("tag", tag.casefold()) not in before),
        )
        return first.line, changes, vehicle_is_new


class _Chunk:
    """The people of some rows, by the keys of their phones: read at once, written back at once."""

    def __init__(self, rows: Sequence[ContactRow]) -> None:
        self._people: dict[str, Person] = {}
        # Nearly all new people have one row in the file; they are kept as that row.
        self._new: dict[str, ContactRow] = {}
        # The keys of those whom a row of the chunk is about, without people who opted out.
        self.taken: set[str] = set()
        phones = {row.phone for row in rows}
        self._read_people(phones)
        # The keys of those who had opted out when they were erased.
        self.erased = erased_among(map(phone_key, phones))
        by_pk = {person.pk: person for person in self._people.values()}
        if by_pk and any(row.vehicle for row in rows):
            self._read_vehicles(by_pk)
        if by_pk and any(row.tags for row in rows):
            self._read_tags(by_pk)

    def person(self, key: str) -> Person | None:
        """The person with this key, None if there is none yet."""
        if key in self._new:
            self._people[key] = Person.of(self._new.pop(key))
        return self._people.get(key)

    def create(self, row: ContactRow, key: str) -> None:
        """Add a new person, whose first row in the file this is."""
        self._new[key] = row

    def create_again(self, phone: str, key: str) -> Person:
        """Add a person whom an earlier chunk created; in a dry run nothing of it was written."""
        self._people[key] = Person(phone)
        return self._people[key]

    def _read_people(self, phones: set[str]) -> None:
        keys = set(map(phone_key, phones))
        self._know(Contact.objects.filter(phone_key__in=each(str, keys)))
        # An unmerged contact whose key no other contact has any more is this person too.
        self._know(Contact.objects.unmerged().filter(phone__in=each(str, phones)))
        self._know_by_further_phones(keys)

    def _know(self, people: ContactQuerySet) -> None:
        for person in self._persons(people):
            self._people.setdefault(phone_key(person.phone), person)

    @staticmethod
    def _persons(people: ContactQuerySet) -> Iterator[Person]:
        rows = people.values_list("phone", "pk", "status", *storing.PERSON_FIELDS, "custom_fields")
        for phone, pk, status, *said, custom in rows:
            known = dict(zip(storing.PERSON_FIELDS, said, strict=True))
            yield Person(phone or "", pk, status, known, custom)

    def _know_by_further_phones(self, keys: set[str]) -> None:
        """Add people who have one of the phones as a second phone, under its key."""
        rows = Address.objects.filter(key__in=each(str, keys), channel=AddressChannel.PHONE)
        found = rows.values_list("key", "contact_id")
        owners = {key: pk for key, pk in found if key not in self._people}
        if not owners:
            return
        by_pk = {person.pk: person for person in self._people.values()}
        for person in self._persons(Contact.objects.filter(pk__in=set(owners.values()))):
            by_pk.setdefault(person.pk, person)
        self._people.update((key, by_pk[pk]) for key, pk in owners.items())

    def _read_vehicles(self, by_pk: dict[int, Person]) -> None:
        vehicles = Vehicle.objects.filter(contact__in=each(int, by_pk)).values_list(
            "contact_id", "pk", "make", "model", "year", "link", "price"
        )
        for contact_id, pk, *fields in vehicles:
            row = VehicleRow(*fields)
            as_read = row._replace(make=spell_make(tidy(row.make)))
            by_pk[contact_id].vehicles[key_of(as_read)] = ImportedVehicle(pk, row)

    def _read_tags(self, by_pk: dict[int, Person]) -> None:
        links = Contact.tags.through.objects.filter(contact__in=each(int, by_pk))
        for contact_id, name in links.values_list("contact_id", "tag__name"):
            by_pk[contact_id].tags.add(tidy(name).casefold())

    def write(self) -> set[int]:
        """Write the new people, and what has changed of the others; return the ids of the taken."""
        # A person who is known by two phones is written once.
        people = dict({id(one): (key, one) for key, one in self._people.items()}.values())
        storing.update_contacts(
            (person.pk, *_fields(person.fields), person.new_custom)
            for person in people.values()
            if person.pk and person.is_changed
        )
        new = [(row.phone, key, *_fields(row.given), row.custom) for key, row in self._new.items()]
        new += [
            (person.phone, key, *_fields(person.fields), person.custom)
            for key, person in people.items()
            if not person.pk
        ]
        ids = storing.insert_contacts(new)
        ids |= {key: person.pk for key, person in people.items() if person.pk}
        vehicles = [(ids[key], row.vehicle) for key, row in self._new.items() if row.vehicle]
        tags = [(ids[key], tag) for key, row in self._new.items() for tag in row.tags]
        for key, person in people.items():
            vehicles += [
                (ids[key], vehicle.row) for vehicle in person.vehicles.values() if not vehicle.pk
            ]
            tags += [(ids[key], tag) for tag in person.new_tags]
        storing.insert_vehicles((pk, *vehicle) for pk, vehicle in vehicles)
        storing.update_prices(
            (vehicle.pk, vehicle.row.price)
            for person in people.values()
            for vehicle in person.vehicles.values()
            if vehicle.pk and vehicle.has_new_price
        )
        storing.add_tags(tags)
        return {self._people[key].pk if self._is_known(key) else ids[key] for key in self.taken}

    def _is_known(self, key: str) -> bool:
        return key in self._people and bool(self._people[key].pk)


def _fields(said: dict[str, str]) -> tuple[str, str, str]:
    return said.get("name", ""), said.get("email", ""), said.get("language", "")
