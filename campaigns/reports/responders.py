"""The report of people who replied lately."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from django.db.models import Count, Exists, Max, Min, OuterRef
from django.utils.translation import gettext_lazy as _

from campaigns.models import Recipient
from campaigns.reports.columns import Column
from campaigns.reports.windows import days_back
from contacts.models import ContactStatus
from messaging.models import Message


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


_PERSON = ("contact__phone", "contact__name", "contact__status")
_VEHICLE = ("contact__vehicles__make", "contact__vehicles__model", "contact__vehicles__year")


def responders(
    *, campaign_id: int | None = None, days: int = 7, limit: int | None = 20
) -> list[Responder]:
    """Active people who wrote since the midnight `days` ago; the busiest first.

    With a campaign: only its recipients, and only what they wrote after it was sent to them.
    One query; `limit` counts rows, and a person with two cars has two.
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
    rows = (
        messages.values("contact_id", *_PERSON, *_VEHICLE)
        .annotate(
            inbound_count=Count("pk", distinct=True),
            listings=Count("contact__vehicles", distinct=True),
            first_message_at=Min("created_at"),
            last_message_at=Max("created_at"),
            wrote_from=Max("phone"),
        )
        .order_by("-inbound_count", "-last_message_at", "contact_id", *_VEHICLE)
    )
    return [_responder(row) for row in rows[:limit]]


def _responder(row: dict[str, Any]) -> Responder:
    vehicle = " ".join(str(row[part]) for part in _VEHICLE) if row["listings"] else ""
    return Responder(
        contact_id=row["contact_id"],
        phone=row["contact__phone"] or row["wrote_from"],
        name=row["contact__name"],
        status=ContactStatus(row["contact__status"]),
        vehicle=vehicle,
        inbound_count=row["inbound_count"],
        first_message_at=row["first_message_at"],
        last_message_at=row["last_message_at"],
        listings=row["listings"],
    )
