"""Addresses that somebody made up: no page of staff fails at them."""

from collections.abc import Callable, Iterator, Mapping
from itertools import cycle
from typing import Any
from urllib.parse import quote

import pytest
from django.contrib import admin
from django.db import transaction
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from tests.waproject.access import address, configured, make_rows, pages

HUGE, NUL = "9" * 30, "a\0b"
LAST, FIRST = "9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00"
IN_PATHS = [HUGE, "9" * 5_000, NUL, "²", "-1", "%ED%A0%80"]
IN_QUERIES = [
    *(HUGE, "9" * 5_000, "-1", "1e999999", "NaN", NUL, "²", "[1"),
    *(LAST, FIRST, f"{LAST}_0_1", f"{FIRST}_0_1", "9999-12-31", "0001-01-01"),
]
LOOKUPS = ("", "__exact", "__lt", "__gte", "__in", "__isnull", "__id__exact")
# What each list takes, and each form of one row.
OF_LISTS = ("pk__in", "q", "o", "p", "all", "e", "_to_field", "_popup")
LEAVING = ("admin:logout", "account_logout")

EACH = 2  # so many of the values are tried with each name of a parameter, in turn

# Django warns of a day without a time zone, which it then takes for that of the site.
pytestmark = pytest.mark.filterwarnings("ignore:DateTimeField .* received a naive datetime")


@pytest.fixture
def rows(db) -> dict[str, Any]:
    return make_rows()


@pytest.fixture
def stubborn(superuser) -> Client:
    """The browser of someone who may do everything; it shows the page of an error."""
    client = Client(raise_request_exception=False)
    client.force_login(superuser)
    return client


def fails(client: Client, method: str, url: str) -> bool:
    """Whether the site breaks at an address. What was written is rolled back."""
    with transaction.atomic():
        response = getattr(client, method)(url)
        if response.streaming:
            assert all(isinstance(one, bytes) for one in response)  # read to the end, and closed
        transaction.set_rollback(True)
    return bool(response.status_code >= 500)


def all_addresses(rows: Mapping[str, Any]) -> dict[str, tuple[str, list[str]]]:
    """Every page that is about something in this site, once: name, parts of its path."""
    parts = configured()
    found = {}
    for page in pages():
        if page.name in parts and page.name not in (*LEAVING, "health"):
            url = address(page, parts[page.name], dict(rows))
            found[url] = (page.name, parts[page.name])
    return found


@pytest.mark.parametrize(
    "query",
    [
        {"created_at__lt": FIRST},
        {"created_at__lt": LAST},
        {"created_at__year": "-1"},
        {"tag": "9" * 5_000},
        {"price_from": "1e999999"},
    ],
)
def test_list_of_contacts_is_shown_without_what_cannot_be(boss, contact, query):
    page = boss.get(reverse("admin:contacts_contact_changelist"), query, follow=True)

    assert (page.status_code, len(page.redirect_chain) < 2) == (200, True)


@pytest.mark.parametrize("before", [f"{LAST}_0_1", f"{FIRST}_0_1"])
def test_timeline_is_shown_at_the_ends_of_the_calendar(boss, contact, before):
    url = reverse("admin:contacts_contact_change", args=[contact.pk])

    page = boss.get(url, {"before": before}, follow=True)

    assert page.status_code == 200


@pytest.mark.parametrize("name", ["change", "progress", "rejected", "delete"])
def test_import_that_no_number_names_is_not_found(boss, name):
    url = reverse(f"admin:contacts_importjob_{name}", args=[HUGE])

    answered = {getattr(boss, method)(url).status_code for method in ("get", "post")}
    # PostgreSQL compares any numbers: Django's own page leads to the list then.
    assert answered <= ({404, 302} if name == "delete" else {404})


@pytest.mark.slow
def test_no_page_breaks_at_a_path_that_was_made_up(rows, stubborn):
    tried = [
        (method, made_up)
        for url, (_name, parts) in all_addresses(rows).items()
        for made_up in _paths(url, len(parts))
        for method in ("get", "post")
    ]

    broken = [(method, url[:200]) for method, url in tried if fails(stubborn, method, url)]

    assert (len(tried) > 2_000, broken) == (True, [])


def _paths(url: str, parts: int) -> Iterator[str]:
    """The address with each of its numbers replaced by what is none."""
    path, _mark, query = url.partition("?")
    words = path.split("/")
    places = [place for place, word in enumerate(words) if parts and word.isdigit()]
    for place in places:
        for value in IN_PATHS:
            written = value if "%" in value else quote(value)
            yield "/".join([*words[:place], written, *words[place + 1 :]]) + f"?{query}"


@pytest.mark.slow
def test_no_page_breaks_at_a_query_that_was_made_up(rows, stubborn, monkeypatch):
    asked = names_asked_for(rows, stubborn, monkeypatch)
    turns = cycle(IN_QUERIES)
    tried = [
        f"{url}{'&' if '?' in url else '?'}{quote(name)}={quote(next(turns))}"
        for url, names in asked.items()
        for name in sorted(names)
        for _time in range(EACH)
    ]

    broken = [url[:200] for url in tried if fails(stubborn, "get", url)]

    assert (len(tried) > 2_000, broken) == (True, [])


def names_asked_for(
    rows: Mapping[str, Any], client: Client, monkeypatch: pytest.MonkeyPatch
) -> dict[str, set[str]]:
    """The parameters that each page looks at, by its address: those of a list's filters too."""
    asked: set[str] = set()
    with monkeypatch.context() as patch:
        for method in ("get", "getlist", "__getitem__"):
            patch.setattr(QueryDict, method, _noting(getattr(QueryDict, method), asked))
        found = {}
        for url in all_addresses(rows):
            asked.clear()
            fails(client, "get", url)
            found[url] = asked - {"csrfmiddlewaretoken"}
    for url, own in _of_lists():
        found[url] = found.get(url, set()) | own
    return found


def _noting(read: Callable[..., Any], asked: set[str]) -> Callable[..., Any]:
    def noted(given: QueryDict, name: str, *default: Any, **options: Any) -> Any:
        asked.add(name)
        return read(given, name, *default, **options)

    return noted


def _of_lists() -> Iterator[tuple[str, set[str]]]:
    for model, own in admin.site._registry.items():
        url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        filters = [one[0] if isinstance(one, tuple) else one for one in own.list_filter]
        columns = [one for one in filters if isinstance(one, str)]
        yield (
            url,
            {
                *OF_LISTS,
                *(f"{column}{lookup}" for column in columns for lookup in LOOKUPS),
                *(getattr(one, "parameter_name", "") or "tag" for one in filters),
            },
        )
