"""What pages offer to do with a group of people; the apps above register it by PEOPLE_OFFERS.

A group is said as the list of contacts says it: by the query of its address (`tag=7`, or
`make=Kia&year_from=2015`), or by the ids of a few people who were ticked.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.conf import settings
from django.contrib import messages
from django.contrib.admin.views.main import IS_POPUP_VAR
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from waproject.core.admin.lists import narrowing

# So many people may be ticked; more are said by filters, or by a tag.
MOST_TICKED = 5_000


@dataclass(frozen=True)
class Group:
    """People: all whom the list of contacts has for `query`, or those of `ids`."""

    query: str = ""
    ids: Sequence[int] = ()


@dataclass(frozen=True)
class Button:
    """A button that posts `fields` to `url`; with a `hindrance` it says why it cannot be used."""

    label: str
    # For a row of a table, which says how many they are.
    short_label: str
    url: str
    fields: Mapping[str, str] = field(default_factory=dict)
    hindrance: str = ""


class PeopleOffer(Protocol):
    """One thing that can be done with a group of people."""

    name: str
    # What a user needs for it, as has_perms takes them.
    permissions: Sequence[str]
    # As an action of a list, for the rows that are ticked.
    label: Promise

    def button(self, query: str, count: int | None) -> Button:
        """The button for the people of a query; `count` of them, None where that is not known."""

    def take(self, request: HttpRequest, group: Group) -> HttpResponse:
        """Do it, for a user with the permissions, and lead on."""


def offers_for(user: Any) -> list[PeopleOffer]:
    """What this user may do with a group of people."""
    offers: list[PeopleOffer] = [import_string(path)() for path in settings.PEOPLE_OFFERS]
    return [offer for offer in offers if user.has_perms(offer.permissions)]


class OffersForPeople:
    """A ModelAdmin whose rows are people, or name one: the offers are among its actions."""

    # The column of a row's person.
    person_column = "contact"

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions: dict[str, Any] = super().get_actions(request)  # type: ignore[misc]
        for offer in offers_for(request.user) if IS_POPUP_VAR not in request.GET else ():
            actions[offer.name] = (_action(offer), offer.name, offer.label)
        return actions

    def group_of(self, request: HttpRequest, chosen: "QuerySet[Any]") -> Group | None:
        """The people of the chosen rows; None when they are too many to be listed."""
        ids = chosen.order_by().values_list(self.person_column, flat=True).distinct()
        found = list(ids[: MOST_TICKED + 1])
        return Group(ids=found) if len(found) <= MOST_TICKED else None


class ListedPeople(OffersForPeople):
    """The list of contacts: what is offered for ticked people is also for all that it shows."""

    person_column = "pk"

    def narrowed_query(self, request: HttpRequest) -> str:
        """What narrows the list; "" while it shows everyone."""
        return narrowing(request.GET)

    def group_of(self, request: HttpRequest, chosen: "QuerySet[Any]") -> Group | None:
        query = self.narrowed_query(request)
        if request.POST.get("select_across") == "1" and query:
            return Group(query)
        return super().group_of(request, chosen)


Action = Callable[[Any, HttpRequest, "QuerySet[Any]"], HttpResponse | None]


def _action(offer: PeopleOffer) -> Action:
    def take(page: Any, request: HttpRequest, chosen: "QuerySet[Any]") -> HttpResponse | None:
        group = page.group_of(request, chosen)
        if group is not None:
            return offer.take(request, group)
        sentence = _("These are more than %(most)s people. Choose fewer, or give them a tag.")
        page.message_user(request, sentence % {"most": MOST_TICKED}, messages.WARNING)
        return None

    return take
