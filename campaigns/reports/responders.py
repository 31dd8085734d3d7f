"""The report of people who replied lately."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from django.db.models import Count, Exists, Max, Min, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from campaigns.models import Recipient
from campaigns.reports.columns import Column
from contacts.models import Contact, ContactStatus, Vehicle
from contacts.permissions import shown_address
from contacts.states import STAND_IN
from messaging.models import Message
from waproject.core.days import days_back
from waproject.core.db.bulk_lookup import Among


@dataclass(frozen=True)
class Responder:
    """One person and one of their vehicles ("Toyota Corolla 2015"; empty without any).

    `inbound_count` counts each message once. `listings` is the number of the person's vehicles
    that read the same, such as two advertisements of one car.
    """

    contact_id: Annotated[int, Column("id", detail=True, grouped=False)]
    phone: Annotated[str, Column(_("phone"))]
    name: Annotated[str, Column(_("name"))]
    status: Annotated[ContactStatus, Column(_("status"))]
    vehicle: Annotated[str, Column(_("vehicle"))]
    inbound_count: Annotated[int, Column(_("messages received"))]
    first_message_at: Annotated[datetime, Column(_("first message"), detail=True)]
    last_message_at: Annotated[datetime, Column(_("last message"))]
    listings: Annotated[int, Column(_("listings"), detail=True)]


# How a vehicle reads, and how many of its person's read so.
Listing = tuple[str, int]
_WITHOUT: list[Listing] = [("", 0)]


def responders(
    *, campaign_id: int | None = None, days: int = 7, limit: int | None = 20
) -> list[Responder]:
    """Active people who wrote since the midnight `days` ago; the busiest first.

    With a campaign: only its recipients, and only what they wrote after it was sent to them.
    Three queries; `limit` counts rows, and a person with two cars has two.
    """
    messages = Message.objects.inbound().since(days_back(days)).from_active_people()
    if campaign_id is not None:
        messages = messages.filter(
            Exists(
                Recipient.objects.filter(
                    campaign=campaign_id,
                    contact=OuterRef("contact"),
                    sent_at__lte=OuterRef("created_at"),
                )
            )
        )
    # Their vehicles are looked up afterwards: each would multiply the messages that are counted.
    found = list(
        messages.values("contact_id")
        .annotate(
            inbound_count=Count("pk"),
            first_message_at=Min("created_at"),
            last_message_at=Max("created_at"),
            wrote_from=Max("phone", filter=~Q(phone__startswith=STAND_IN)),
        )
        .order_by("-inbound_count", "-last_message_at", "contact_id")[:limit]
    )
    ids = [row["contact_id"] for row in found]
    people = Contact.objects.filter(Among("pk", int, ids)).only("phone", "name", "status")
    known, listings = {person.pk: person for person in people}, _listings(ids)
    rows = [
        _responder(known[row["contact_id"]], listing, row)
        for row in found
        for listing in listings.get(row["contact_id"], _WITHOUT)
    ]
    return rows[:limit]


def _listings(contact_ids: list[int]) -> dict[int, list[Listing]]:
    """The vehicles of each of these people, those that read the same as one."""
    found: dict[int, list[Listing]] = {}
    vehicles = (
        Vehicle.objects.filter(Among("contact_id", int, contact_ids))
        .values_list("contact_id", "make", "model", "year")
        .annotate(listings=Count("pk"))
        .order_by("make", "model", "year")
    )
    for contact_id, make, model, year, listings in vehicles:
        found.setdefault(contact_id, []).append((f"{make} {model} {year}", listings))
    return found


def _responder(person: Contact, listing: Listing, row: Mapping[str, Any]) -> Responder:
    vehicle, listings = listing
    return Responder(
        contact_id=person.pk,
        phone=shown_address(person.phone or row["wrote_from"]),
        name=person.name,
        status=ContactStatus(person.status),
        vehicle=vehicle,
        inbound_count=row["inbound_count"],
        first_message_at=row["first_message_at"],
        last_message_at=row["last_message_at"],
        listings=listings,
    )
