"""The report of people who opted out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from django.utils.translation import gettext_lazy as _

from campaigns.reports.columns import Column
from contacts.models import ContactStatus
from contacts.permissions import shown_address
from optouts.models import OptOut, OptOutQuerySet, Reason
from waproject.core.days import days_back
from waproject.core.exports.rows import chunks_of_ids


@dataclass(frozen=True)
class OptOutRow:
    """One person who may not be written to now. `phone` is the WhatsApp user id without a phone."""

    contact_id: Annotated[int, Column("id", detail=True, grouped=False)]
    phone: Annotated[str, Column(_("phone"))]
    name: Annotated[str, Column(_("name"))]
    status: Annotated[ContactStatus, Column(_("status"))]
    opted_out_at: Annotated[datetime, Column(_("opted out"))]
    reason: Annotated[Reason, Column(_("reason"))]


def opt_outs(*, days: int | None = None, limit: int | None = None) -> list[OptOutRow]:
    """Everyone who opted out (since the midnight `days` ago, if given); latest first. One query."""
    return [_row(one) for one in _found(days).select_related("contact")[:limit]]


def opt_outs_by_chunks(
    *, days: int | None = None, limit: int | None = None
) -> tuple[int, Iterator[OptOutRow]]:
    """How many rows opt_outs has, and the same rows in little memory."""
    total, chunks = chunks_of_ids(_found(days)[:limit])
    return total, (row for ids in chunks for row in _read(ids))


def _found(days: int | None) -> OptOutQuerySet:
    found = OptOut.objects.order_by("-opted_out_at", "-pk")
    return found if days is None else found.since(days_back(days))


def _read(ids: Sequence[int]) -> list[OptOutRow]:
    found = OptOut.objects.select_related("contact").in_bulk(list(ids))
    return [_row(found[pk]) for pk in ids if pk in found]


def _row(opt_out: OptOut) -> OptOutRow:
    return OptOutRow(
        contact_id=opt_out.contact_id,
        phone=shown_address(opt_out.phone or opt_out.contact.address),
        name=opt_out.contact.name,
        status=ContactStatus(opt_out.contact.status),
        opted_out_at=opt_out.opted_out_at,
        reason=Reason(opt_out.reason),
    )
