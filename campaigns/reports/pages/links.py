"""The rows behind each number of a report: which list of the admin shows exactly them."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.contrib.admin import AdminSite
from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse

from campaigns.models import Campaign, Recipient
from campaigns.reports.access import FAILURES, Access
from campaigns.reports.campaign_results import CampaignResult
from campaigns.reports.daily_activity import DayActivity
from campaigns.reports.leads_by_model import ModelLeads
from campaigns.reports.opt_outs import OptOutRow
from campaigns.reports.pages.groups import owners_query
from campaigns.reports.responders import Responder
from campaigns.reports.template_usage import TemplateUse
from campaigns.states import OPEN, RecipientStatus
from campaigns.tracking.funnel import REACHED
from contacts.models import Contact, ContactStatus, Vehicle
from messaging.models import Message, Template
from messaging.states import ARRIVED, ENDS, Direction, MessageStatus
from waproject.accounts.models import User
from waproject.audit.models import Event
from waproject.core.days import days_back, start_of


@dataclass(frozen=True)
class Target:
    """One row of a model, or the list of its rows that a query of the admin narrows down."""

    model: type[Model]
    pk: int | None = None
    query: dict[str, Any] = field(default_factory=dict)

    @property
    def url(self) -> str:
        page = f"admin:{self.model._meta.app_label}_{self.model._meta.model_name}"
        if self.pk is not None:
            return reverse(f"{page}_change", args=[self.pk])
        return f"{reverse(f'{page}_changelist')}?{urlencode(self.query)}"


Targets = dict[str, Target]


def _campaign_results(row: CampaignResult, asked: dict[str, Any]) -> Targets:
    def people(**query: Any) -> Target:
        return Target(Recipient, query={"campaign__id__exact": row.id, **query})

    def at(*statuses: str) -> Target:
        return people(status__in=",".join(statuses))

    return {
        "name": Target(Campaign, pk=row.id),
        "recipients": people(),
        "sent": people(sent_at__isnull=False),
        **{stage: at(*statuses) for stage, statuses in REACHED.items()},
        "failed": at(RecipientStatus.FAILED),
        "undelivered": at(RecipientStatus.UNDELIVERED),
        "skipped": at(RecipientStatus.SKIPPED),
        "waiting": at(*OPEN),
    }


def _responders(row: Responder, asked: dict[str, Any]) -> Targets:
    # Messages that the report does not count are older than the first that it counts.
    messages = {
        "contact__id__exact": row.contact_id,
        "direction__exact": Direction.INBOUND.value,
        "created_at__gte": row.first_message_at.isoformat(),
    }
    return {
        "phone": Target(Contact, pk=row.contact_id),
        "inbound_count": Target(Message, query=messages),
    }


def _opt_outs(row: OptOutRow, asked: dict[str, Any]) -> Targets:
    return {"phone": Target(Contact, pk=row.contact_id)}


def _leads_by_model(row: ModelLeads, asked: dict[str, Any]) -> Targets:
    vehicles = Target(
        Vehicle,
        query={
            "make": row.make,
            "model": row.model,
            "contact__status__exact": ContactStatus.ACTIVE.value,
            "created_at__gte": days_back(asked["days"]).isoformat(),
        },
    )
    owners = Target(Contact, query=owners_query(row, asked["days"]))
    return {"vehicle_count": vehicles, "contact_count": owners}


def _daily_activity(row: DayActivity, asked: dict[str, Any]) -> Targets:
    """The messages of the day; those who replied are people of campaigns of that day."""
    begins, ends = (
        start_of(day, zone=asked["zone"]).isoformat()
        for day in (row.date, row.date + dt.timedelta(1))
    )
    campaign = asked["campaign_id"]

    def messages(direction: Direction, statuses: Iterable[str] = ()) -> Target:
        query = {
            "direction__exact": direction.value,
            "created_at__gte": begins,
            "created_at__lt": ends,
            "is_test__exact": "0",
        }
        if statuses:
            query["status__in"] = ",".join(sorted(statuses))
        return Target(Message, query=_of_campaign(query, "campaign_id__exact", campaign))

    people = {"sent_at__gte": begins, "sent_at__lt": ends, "reached": "replied"}
    return {
        "sent": messages(Direction.OUTBOUND),
        "delivered": messages(Direction.OUTBOUND, ARRIVED),
        "read": messages(Direction.OUTBOUND, [MessageStatus.READ.value]),
        "failed": messages(Direction.OUTBOUND, ENDS),
        "received": messages(Direction.INBOUND),
        "replied": Target(Recipient, query=_of_campaign(people, "campaign__id__exact", campaign)),
    }


def _of_campaign(query: dict[str, Any], name: str, campaign_id: int | None) -> dict[str, Any]:
    return query if campaign_id is None else {**query, name: campaign_id}


def _access(row: Access, asked: dict[str, Any]) -> Targets:
    """Only superusers open the page of one who has no role here."""
    if not row.role:
        return {}
    failures = {
        "object_type": User._meta.label_lower,
        "object_id": row.user_id,
        "action__in": ",".join(FAILURES),
        "at__gte": days_back(asked["days"]).isoformat(),
    }
    done = {"who": row.user_id, "at__gte": days_back(asked["days"]).isoformat()}
    return {
        "username": Target(User, pk=row.user_id),
        "operations": Target(Event, query=done),
        "failed_attempts": Target(Event, query=failures),
    }


def _template_usage(row: TemplateUse, asked: dict[str, Any]) -> Targets:
    campaigns = {"template_version__id__exact": row.version_id, "total_recipients__gt": 0}
    people = {"version": row.version_id}

    def at(*statuses: str) -> Target:
        return Target(Recipient, query={**people, "status__in": ",".join(statuses)})

    return {
        "template": Target(Template, pk=row.template_id),
        "campaigns": Target(Campaign, query=campaigns),
        "sent": Target(Recipient, query={**people, "sent_at__isnull": False}),
        **{stage: at(*REACHED[stage]) for stage in ("delivered", "read", "replied")},
        "failed": at(RecipientStatus.FAILED, RecipientStatus.UNDELIVERED),
    }


def _no_rows(_row: Any, _asked: dict[str, Any]) -> Targets:
    """Of figures over times: no list shows the rows behind a median."""
    return {}


TARGETS: dict[str, Callable[[Any, dict[str, Any]], Targets]] = {
    "campaign_results": _campaign_results,
    "responders": _responders,
    "opt_outs": _opt_outs,
    "leads_by_model": _leads_by_model,
    "daily_activity": _daily_activity,
    "template_usage": _template_usage,
    "answer_times": _no_rows,
    "answer_times_by_user": _no_rows,
    "access": _access,
}


class Links:
    """The links of one report for one reader: only to what this person may see."""

    def __init__(
        self, request: HttpRequest, site: AdminSite, report: str, asked: dict[str, Any]
    ) -> None:
        self._request = request
        self._site = site
        self._targets = TARGETS[report]
        self._asked = asked
        self._may_see: dict[type[Model], bool] = {}

    def of(self, row: Any) -> dict[str, str]:
        """The address behind each field of a row that has one."""
        targets = self._targets(row, self._asked)
        return {name: target.url for name, target in targets.items() if self._open(target.model)}

    def _open(self, model: type[Model]) -> bool:
        if model not in self._may_see:
            self._may_see[model] = self._site.is_registered(model) and self._site.get_model_admin(
                model
            ).has_view_permission(self._request)
        return self._may_see[model]
