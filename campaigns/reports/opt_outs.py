"""Who asked not to be written to."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from django.utils.translation import gettext_lazy as _

from campaigns.reports.columns import Column
from campaigns.reports.windows import days_back
from contacts.models import ContactStatus
from optouts.models import OptOut, Reason


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
    """Everyone who opted out (since the midnight `days` ago, if given); latest first."""
    found = OptOut.objects.select_related("contact").order_by("-opted_out_at", "-pk")
    if days is not None:
        found = found.since(days_back(days))
    return [
        OptOutRow(
            contact_id=opt_out.contact_id,
            phone=opt_out.phone or opt_out.contact.address,
            name=opt_out.contact.name,
            status=ContactStatus(opt_out.contact.status),
            opted_out_at=opt_out.opted_out_at,
            reason=Reason(opt_out.reason),
        )
        for opt_out in found[:limit]
    ]
