"""The navigation as one reader sees it on one page."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.http import HttpRequest
from django.urls import ResolverMatch, reverse
from django.utils.functional import cached_property
from django.utils.text import capfirst

from waproject.core.admin.navigation import ACCOUNT, Entry, Link, Place
from waproject.site.navigation import registry
from waproject.site.navigation.state import SendingState, sending_state

MOST_COUNTED = 99


@dataclass(frozen=True)
class ShownLink:
    """A line of the navigation, or a tab, as the reader sees it."""

    label: str
    url: str
    is_here: bool = False


@dataclass(frozen=True)
class ShownPlace(ShownLink):
    name: str = ""
    icon: str = ""
    count: str = ""
    is_on_phone: bool = False
    entries: list[ShownLink] = field(default_factory=list)
    tabs: list[ShownLink] = field(default_factory=list)


class Navigation:
    """What a reader may open, and where they are. Nothing is asked before it is shown."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def _all(self) -> list[ShownPlace]:
        return list(self._shown())

    @property
    def places(self) -> list[ShownPlace]:
        return [place for place in self._all if place.name != ACCOUNT]

    @property
    def on_phone(self) -> list[ShownPlace]:
        """What stands at the foot of a phone's screen."""
        return [place for place in self.places if place.is_on_phone]

    @property
    def account(self) -> list[ShownLink]:
        """The pages about the reader's own account."""
        return [entry for place in self._all if place.name == ACCOUNT for entry in place.entries]

    @property
    def tabs(self) -> list[ShownLink]:
        """The pages beside the list that is shown, if there are any."""
        match = self._request.resolver_match
        if match is None or not (match.url_name or "").endswith("_changelist"):
            return []
        return next((place.tabs for place in self._all if place.is_here), [])

    @property
    def business(self) -> Any:
        chosen = getattr(self._request, "tenant_id", None)
        return next((one for one in self.businesses if one.pk == chosen), None)

    @property
    def businesses(self) -> list[Any]:
        return list(getattr(self._request, "tenants", []))

    @cached_property
    def state(self) -> SendingState | None:
        return sending_state(self._request.user)

    def _shown(self) -> Iterator[ShownPlace]:
        places = registry.places(admin.site)
        here = _link_here(places, self._request)
        for place in places:
            entries = [(entry, links) for entry in place.entries if (links := self._open(entry))]
            if entries:
                yield self._shown_place(place, entries, here)

    def _shown_place(
        self, place: Place, entries: list[tuple[Entry, list[Link]]], here: Link | None
    ) -> ShownPlace:
        lines = [
            ShownLink(str(entry.label), _url(links[0]), here in links) for entry, links in entries
        ]
        beside = next((links for entry, links in entries if here in links), [])
        tabs = beside if len(beside) > 1 else []
        return ShownPlace(
            label=str(place.label),
            url=lines[0].url,
            is_here=any(line.is_here for line in lines),
            name=place.name,
            icon=place.icon,
            count=self._count(place),
            is_on_phone=place.is_on_phone,
            entries=lines,
            tabs=[ShownLink(_label(link), _url(link), link == here) for link in tabs],
        )

    def _count(self, place: Place) -> str:
        count = place.count(self._request.user) if place.count else 0
        return f"{MOST_COUNTED}+" if count > MOST_COUNTED else str(count or "")

    def _open(self, entry: Entry) -> list[Link]:
        return [link for link in entry.links if self._is_open(link)]

    def _is_open(self, link: Link) -> bool:
        if not link.model:
            return link.is_open(self._request.user)
        page = admin.site._registry.get(apps.get_model(link.model))
        return page is not None and page.has_view_permission(self._request)


def _label(link: Link) -> str:
    if link.label or not link.model:
        return str(link.label)
    return str(capfirst(apps.get_model(link.model)._meta.verbose_name_plural))


def _url(link: Link) -> str:
    name = link.page or f"admin:{link.model.replace('.', '_')}_changelist"
    return reverse(name, args=link.args, query=dict(link.query) or None)


def _link_here(places: tuple[Place, ...], request: HttpRequest) -> Link | None:
    """The link to the page that is open: of several, the one whose query says most about it."""
    match = request.resolver_match
    if match is None:
        return None
    links = (link for place in places for entry in place.entries for link in entry.links)
    found = [link for link in links if _leads_to(link, match)]
    return max(found, key=lambda link: _fit(link, request), default=None)


def _fit(link: Link, request: HttpRequest) -> int:
    """How well the query of a link fits the page; below 0 when the page has another one."""
    if any(request.GET.get(name) != value for name, value in link.query):
        return -1
    return len(link.query)


def _leads_to(link: Link, match: ResolverMatch) -> bool:
    if link.model:
        prefix = f"admin:{link.model.replace('.', '_')}_"
        return match.view_name.startswith(prefix)
    given = tuple(str(value) for value in match.kwargs.values())
    return match.view_name == link.page and given == link.args
