"""The addresses of the admin's pages, found in the admin itself.

A new model, filter, column, search box or report is opened without being named here. What is named
are the words that are looked for, and what is typed into filters that offer no choices.
"""

import re
from collections.abc import Iterator, Mapping
from html import unescape
from itertools import product
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.contrib import admin
from django.db.models import Count, Model
from django.urls import Resolver404, URLPattern, resolve, reverse

from campaigns.admin.action_pages import DECISIONS
from campaigns.models import Campaign
from campaigns.reports.catalogue import REPORTS
from contacts.models import Tag
from messaging.inbox.reading.shelves import SHELVES
from messaging.models import Message, Sender

# A common name, a rare one and none; the start of a phone, and its last digits; a car.
SEARCHED = ("Camila Rojas", "Zoraida", "nadie así", "+5697001", "5432", "Toyota Yaris 2018")
TYPED = {
    "make": "Toyota",
    "model": "Yaris",
    "year_from": "2015",
    "year_to": "2020",
    "price_from": "5000000",
    "price_to": "9000000",
}
# Of a filter with more choices these are enough.
MOST_CHOICES = 10
# Of a link with more questions each is asked for on other pages.
MOST_QUESTIONS = 2
# The words that stand in the addresses of these pages, by the name of the part.
WORDS: Mapping[str, Mapping[str, list[str]]] = {
    "report": {"name": [*REPORTS]},
    "campaigns_campaign_decide": {"name": [*DECISIONS]},
    "app_list": {"app_label": ["campaigns", "contacts"]},
}
_LINK = re.compile(r'href="(/[^"]*)"')

Query = dict[str, str]
# The name of a page, and the questions of its address.
Shape = tuple[str, frozenset[str]]


def starts() -> Iterator[str]:
    """The pages of the site, the lists, and the pages about a row of each model."""
    for pattern in admin.site.get_urls():
        if isinstance(pattern, URLPattern):
            yield from _filled(pattern, [])
    for text in SEARCHED:
        yield reverse("admin:search", query={"q": text})
    yield from _of_the_inbox()
    for model, page in admin.site._registry.items():
        ids = _examples(model)
        for pattern in page.get_urls():
            yield from _filled(pattern, ids)


def _of_the_inbox() -> Iterator[str]:
    """The list of the inbox in each view, with each search and filter, and a long conversation."""
    inbox = reverse("admin:inbox")
    yield from (f"{inbox}?view={name}" for name in SHELVES)
    yield from (f"{inbox}?{urlencode({'view': 'all', 'q': text})}" for text in SEARCHED)
    for name, model in (("tag", Tag), ("campaign", Campaign), ("sender", Sender)):
        for pk in model._default_manager.order_by("pk").values_list("pk", flat=True)[:1]:
            yield f"{inbox}?view=all&{name}={pk}"
    talks = Message.objects.filter(conversation__isnull=False).order_by()
    counted = talks.values_list("conversation").annotate(number=Count("pk")).order_by("-number")
    yield from (f"{inbox}?talk={talk}" for talk, _number in counted[:1])


def _examples(model: type[Model]) -> list[Any]:
    """The latest row of a model; of campaigns the latest in each status."""
    rows = model._default_manager.order_by("-pk")
    if model is not Campaign:
        return list(rows.values_list("pk", flat=True)[:1])
    latest: dict[str, int] = {}
    for pk, status in rows.values_list("pk", "status"):
        latest.setdefault(status, pk)
    return [*latest.values()]


def _filled(pattern: URLPattern, ids: list[Any]) -> Iterator[str]:
    """The addresses that a pattern has with these rows and its words."""
    name = pattern.name or ""
    parts = list(pattern.pattern.regex.groupindex)
    words = WORDS.get(name, {})
    of_rows = [part for part in parts if part not in words]
    if not name or len(of_rows) > 1:
        return
    for pk in ids if of_rows else [None]:
        for given in _each(words):
            yield reverse(f"admin:{name}", kwargs=dict.fromkeys(of_rows, pk) | given)


def _each(words: Mapping[str, list[str]]) -> Iterator[dict[str, str]]:
    for chosen in product(*words.values()):
        yield dict(zip(words, chosen, strict=True))


def variants(url: str, changelist: Any, known: frozenset[str] | None) -> Iterator[str]:
    """A list with each choice of each filter, in each order, with each search, and its last page.

    `known` are the filters of the same list before it was narrowed, which were tried then, as its
    orders and searches were; None for a list that is not narrowed.
    """
    path, _mark, query = url.partition("?")
    here = dict(parse_qsl(query))
    for one in changelist.filter_specs:
        if known is None or not known.issuperset(one.expected_parameters()):
            yield from (f"{path}?{urlencode(here | asked)}" for asked in _asked(one, changelist))
    if known is not None:
        return
    for place, name in enumerate(changelist.list_display):
        if changelist.get_ordering_field(name) and _is_sortable(changelist, name):
            yield f"{path}?o={place}"
            yield f"{path}?o=-{place}"
    if changelist.search_fields:
        yield from (f"{path}?{urlencode({'q': text})}" for text in SEARCHED)
    if changelist.paginator.num_pages > 1:
        yield f"{path}?p={changelist.paginator.num_pages}"


def filters_of(changelist: Any) -> frozenset[str]:
    """The parameters of the filters of a list."""
    specs = changelist.filter_specs
    return frozenset(name for one in specs for name in one.expected_parameters())


def _is_sortable(changelist: Any, name: Any) -> bool:
    return changelist.sortable_by is None or name in changelist.sortable_by


def _asked(one: Any, changelist: Any) -> Iterator[Query]:
    """The questions that a filter's choices ask; of a form, what is typed into it."""
    names = one.expected_parameters()
    choices = [choice for choice in one.choices(changelist) if "query_string" in choice]
    for choice in choices[: MOST_CHOICES + 1]:
        asked = dict(parse_qsl(choice["query_string"].lstrip("?"), keep_blank_values=True))
        if asked := {name: value for name, value in asked.items() if name in names}:
            yield asked
    if not choices and (typed := {name: TYPED[name] for name in names if name in TYPED}):
        yield typed


def links(html: str) -> Iterator[tuple[Shape, str]]:
    """The links of a page to pages of the admin, each with its shape."""
    for written in _LINK.findall(html):
        url = unescape(written).partition("#")[0]
        if kind := shape(url):
            yield kind, url


def shape(url: str) -> Shape | None:
    """Which page of the admin it is, and which questions it is asked: pages of one shape are alike.

    None for what is no page of the admin, and where more is asked at once.
    """
    parts = urlsplit(url)
    questions = frozenset(name for name, _value in parse_qsl(parts.query))
    try:
        match = resolve(parts.path)
    except Resolver404:
        return None
    if "admin" not in match.namespaces or len(questions) > MOST_QUESTIONS:
        return None
    return match.url_name or "", questions
