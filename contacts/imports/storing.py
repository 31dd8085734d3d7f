"""The few statements that write an import, in bulk, on SQLite and on PostgreSQL.

The ORM's bulk_create prepares every value of every row in Python, which alone takes longer than
all the rest of an import. Callers have checked the values and hold the transaction.
"""

import json
from collections.abc import Collection, Iterable
from datetime import datetime
from decimal import Decimal
from operator import itemgetter
from typing import Any

from django.db import connection
from django.utils import timezone

from contacts.models import Contact, ImportedPerson, Tag, Vehicle
from contacts.states import ContactStatus
from waproject.core.db.bulk_insert import insert_rows
from waproject.core.db.bulk_lookup import each

# Any number that no other advisory lock of the project has.
_IMPORT_LOCK = 5_697_540_946
PERSON_FIELDS = ("name", "email", "language")
_TIMES = ("created_at", "updated_at")


def insert_contacts(
    people: Iterable[tuple[str, str, str, str, str, dict[str, str]]],
) -> dict[str, int]:
    """Make people of (phone, its key, name, email, language, further fields); return id by key.

    A phone that came in meanwhile by another road keeps its row and takes what is not empty.
    """
    now, active = _now(), ContactStatus.ACTIVE.value
    rows = [
        (
            phone,
            key,
            name,
            email,
            language,
            active,
            json.dumps(custom) if custom else "{}",
            now,
            now,
        )
        for phone, key, name, email, language, custom in people
    ]
    if not rows:
        return {}
    taken = ", ".join(
        f"{field} = COALESCE(NULLIF(EXCLUDED.{field}, ''), contacts.{field})"
        for field in PERSON_FIELDS
    )
    insert_rows(
        Contact,
        (
            "phone",
            "phone_key",
            *PERSON_FIELDS,
            "status",
            "custom_fields",
            "created_at",
            "updated_at",
        ),
        rows,
        f"(tenant_id, phone_key) DO UPDATE SET {taken}",
    )
    stored = Contact.objects.filter(phone_key__in=each(str, (row[1] for row in rows)))
    return {key: pk for key, pk in stored.values_list("phone_key", "pk") if key}


def update_contacts(people: Iterable[tuple[int, str, str, str, dict[str, str]]]) -> None:
    """Set (id, name, email, language) and add the further fields, for people who changed.

    In the order of their ids, in which all who lock several people do it.
    """
    now = _now()
    # Added where they stand, so that what someone else writes at this moment is kept.
    merged = (
        "custom_fields || %s::jsonb"
        if connection.vendor == "postgresql"
        else "json_patch(custom_fields, %s)"
    )
    _execute_many(
        "UPDATE contacts SET name = %s, email = %s, language = %s, updated_at = %s,"  # noqa: S608
        f" custom_fields = {merged} WHERE id = %s",
        [
            (name, email, language, now, json.dumps(custom), pk)
            for pk, name, email, language, custom in sorted(people, key=itemgetter(0))
        ],
    )


def insert_vehicles(vehicles: Iterable[tuple[int, str, str, int, str, Decimal | None]]) -> None:
    """Make vehicles of (contact's id, make, model, year, link, price) that are not there yet."""
    now = _now()
    insert_rows(
        Vehicle,
        ("contact", "make", "model", "year", "link", "price", "created_at"),
        [(*vehicle, now) for vehicle in vehicles],
        "DO NOTHING",
    )


def update_prices(prices: Iterable[tuple[int, Decimal | None]]) -> None:
    """Set the price of vehicles, by (id, price)."""
    _execute_many(
        "UPDATE vehicles SET price = %s WHERE id = %s",
        [(price, pk) for pk, price in prices],
    )


def add_tags(links: Iterable[tuple[int, str]]) -> None:
    """Tag people by (contact's id, name), making the tags that do not exist.

    A tag is the same whatever its case: `VIP` in the file finds `vip` in the database.
    """
    links = list(links)
    if not links:
        return
    known = tag_ids()
    missing = {name.casefold(): name for _pk, name in links if name.casefold() not in known}
    if missing:
        Tag.objects.bulk_create(
            [Tag(name=name) for _key, name in sorted(missing.items())], ignore_conflicts=True
        )
        known = tag_ids()
    insert_rows(
        Contact.tags.through,
        ("contact", "tag"),
        sorted({(pk, known[name.casefold()]) for pk, name in links}),
        "DO NOTHING",
    )


def tag_people(people: Collection[int], tag_id: int) -> None:
    """Give everybody one tag, by the ids of the contacts."""
    links = [(pk, tag_id) for pk in sorted(people)]
    insert_rows(Contact.tags.through, ("contact", "tag"), links, "DO NOTHING")


def note_people(people: Collection[int], import_id: int) -> None:
    """Note whom an import took, by the ids of the contacts."""
    rows = [(import_id, pk) for pk in sorted(people)]
    insert_rows(ImportedPerson, ("job", "contact"), rows, "DO NOTHING")


def tag_ids() -> dict[str, int]:
    """The id of every tag by its name without case."""
    return {name.casefold(): pk for name, pk in Tag.objects.values_list("name", "pk")}


def wait_for_other_imports() -> None:
    """Until the end of this transaction no other import writes.

    Else two imports of one new person would both count it as created, and could block each other.
    SQLite lets one transaction write at a time anyway.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_IMPORT_LOCK])


def _execute_many(sql: str, rows: list[tuple[Any, ...]]) -> None:
    """One statement for all rows. bulk_update writes each value of each row into a CASE.

    For the prices of 500 vehicles that takes 55 ms of the processor instead of 0.7 (6 on
    PostgreSQL).
    """
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(sql, rows)


def _now() -> datetime | str | None:
    """This moment, as the database's driver takes it."""
    return connection.ops.adapt_datetimefield_value(timezone.now())
