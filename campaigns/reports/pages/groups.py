"""The people of a report, or of one of its rows, as the list of contacts asks for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.utils.timezone import localtime

from campaigns.reports.leads_by_model import ModelLeads
from campaigns.reports.responders import Responder
from contacts.models import ContactStatus
from waproject.core.days import days_back


@dataclass(frozen=True)
class Group:
    """People by the query of the list of contacts, and how many they are."""

    query: str
    count: int


def group_of_report(report: str, rows: Sequence[Any]) -> Group | None:
    """All people whom the rows name; None where they name none."""
    if report != "responders" or not rows:
        return None
    responders: Sequence[Responder] = rows
    ids = sorted({row.contact_id for row in responders})
    return Group(urlencode({"id__in": ",".join(map(str, ids))}), len(ids))


def group_of_row(report: str, row: Any, asked: dict[str, Any]) -> Group | None:
    """The people whom one row counts; None in reports whose rows are no groups of people."""
    if report != "leads_by_model":
        return None
    leads: ModelLeads = row
    return Group(urlencode(owners_query(leads, asked["days"])), leads.contact_count)


def owners_query(leads: ModelLeads, days: int) -> dict[str, str]:
    """What narrows the list of contacts to the people of a make and model."""
    return {
        "make": leads.make,
        "model": leads.model,
        "vehicle_from": localtime(days_back(days)).date().isoformat(),
        "status__exact": ContactStatus.ACTIVE.value,
    }
