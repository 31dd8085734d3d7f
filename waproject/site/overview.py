"""The numbers on the first page of the admin: what matters now, each with the way to its rows."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.admin import AdminSite
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from campaigns.models import Campaign
from campaigns.states import CampaignStatus
from contacts.models import Contact
from contacts.states import ContactStatus
from messaging.models import Account, Conversation
from optouts.models import Hold, OptOut
from waproject.core.db.counting import count_up_to

COUNT_LIMIT = 100_000


@dataclass(frozen=True, slots=True)
class Card:
    """A number as text (`100,000+` from COUNT_LIMIT on), what it counts, and its list."""

    number: str
    label: str
    url: str


def cards(request: HttpRequest, site: AdminSite) -> list[Card]:
    """The cards of the lists that this person may see. Each costs one count over an index."""
    return [
        Card(_number(rows), label, _list_url(rows, query))
        for rows, label, query in _questions()
        if site.is_registered(rows.model)
        and site.get_model_admin(rows.model).has_view_permission(request)
    ]


def _questions() -> Iterator[tuple[QuerySet[Any], str, dict[str, str]]]:
    """Rows, what they are, and the parameters with which their admin list shows the same rows."""
    yield (
        Contact.objects.active(),
        _("people who can be reached"),
        {"status__exact": ContactStatus.ACTIVE.value},
    )
    yield OptOut.objects.all(), _("people who opted out"), {}
    yield (
        Campaign.objects.filter(status=CampaignStatus.ACTIVE),
        _("campaigns being sent"),
        {"status__exact": CampaignStatus.ACTIVE.value},
    )
    yield Conversation.objects.unread(), _("unread conversations"), {"has_unread__exact": "1"}
    if Account.objects.in_trouble().exists():
        yield Account.objects.in_trouble(), _("accounts that do not work"), {}
    yield Hold.objects.open(), _("held messages to decide"), {"waiting": "yes"}


def _number(rows: QuerySet[Any]) -> str:
    count = count_up_to(rows, COUNT_LIMIT)
    shown = number_format(count, use_l10n=True, force_grouping=True)
    return f"{shown}+" if count == COUNT_LIMIT else shown


def _list_url(rows: QuerySet[Any], query: dict[str, str]) -> str:
    options = rows.model._meta
    name = f"admin:{options.app_label}_{options.model_name}_changelist"
    return reverse(name, query=query or None)
