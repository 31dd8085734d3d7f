"""Every address and every list action against the table of who may do what."""

import logging
from collections.abc import Iterator

import pytest
from django.contrib import admin
from django.db import connection
from django.http import HttpResponse
from django.template.base import Template
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaigns.audience.pages import NewCampaign
from contacts.permissions import SEE_ADDRESSES
from tests.factories.users import rights_without, smallest_with
from tests.waproject import access
from tests.waproject.access import (
    address,
    all_but,
    alternatives,
    browser,
    browser_in_role,
    let_through,
)
from tests.waproject.access_table import (
    ANYONE,
    NOBODY,
    SUPERUSER,
    Page,
)
from tests.waproject.action_table import ACTIONS, FOR_PEOPLE, SHOWING_PEOPLE
from tests.waproject.permissions_page import may
from waproject.accounts import permissions
from waproject.accounts.models import User
from waproject.accounts.states import SystemRole
from waproject.site import refusals

HOW_TO = "Say in tests/waproject/access_table.py who may open it: a row of MODELS, a Page in PAGES"
MOST_QUERIES = 100
RAN = 299  # what an action answers that was let run

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows(monkeypatch) -> Iterator[dict]:
    monkeypatch.setattr(admin.site, "enable_nav_sidebar", False)  # half of the rendering
    logging.disable(logging.ERROR)  # each refusal would write its traceback
    # Of thousands of refusals each would be an event.
    monkeypatch.setattr(refusals, "note_refusal", lambda *_given: None)
    access.browser.cache_clear()
    access.browser_in_role.cache_clear()
    yield access.make_rows()
    access.browser.cache_clear()
    access.browser_in_role.cache_clear()
    logging.disable(logging.NOTSET)


@pytest.fixture
def unrendered(monkeypatch) -> None:
    """Pages without their texts: whether one opens is decided before, and texts cost the most."""
    monkeypatch.setattr(Template, "_render", lambda self, context: "")


def test_table_has_every_address():
    known = {page.name for page in access.pages()}
    there = set(access.configured())

    assert (there - known, known - there) == (set(), set()), HOW_TO


def test_table_has_every_list_action():
    request = RequestFactory().get("/")
    request.user = User(is_staff=True, is_active=True, is_superuser=True)
    there = {
        model._meta.label_lower: set(page.get_actions(request))
        for model, page in admin.site._registry.items()
    }

    known = {label: set(actions) for label, actions in ACTIONS.items()}
    assert {label: names for label, names in there.items() if names} == known, (
        "Say in ACTIONS of tests/waproject/action_table.py which permission the action needs"
    )


def wrong_about(page: Page, method: str, right: str, url: str) -> Iterator[str]:
    """What is otherwise on this page than the table says, for every kind of user."""
    for who, client, should in users_for(page, method, right):
        answered, status, _body = let_through(client, method, url)
        if answered != should or (status >= 500 and page.name != "health"):
            yield f"{method} {url} by {who}: {status}, the table says {right}"


def users_for(page: Page, method: str, right: str) -> Iterator[tuple[str, Client, bool]]:
    """The users who try the page, and whether each should be let through.

    Where POST needs what GET needs, strangers and users who lack only that try it as well.
    """
    enough = alternatives(right)
    yield "a stranger", Client(raise_request_exception=False), right == ANYONE
    for lacking in all_but(right, page.without):
        missing = sorted(permissions.rights().keys() - lacking)
        yield f"all but {missing}", browser(lacking), False
    if right == SUPERUSER:
        yield "a super administrator", browser(frozenset(permissions.rights())), False
    if method == "post" and right == page.get:
        return
    yield "staff without a permission", browser(frozenset()), frozenset() in enough
    for chosen in filter(None, enough):
        yield " + ".join(sorted(chosen)), browser(smallest_with(chosen)), True
    yield "a superuser", browser(frozenset(), is_superuser=True), right != NOBODY


@pytest.mark.slow
def test_every_address_lets_through_whom_the_table_says(rows, unrendered):
    parts = access.configured()

    wrong = [
        sentence
        for page in access.pages()
        for method, right in (("get", page.get), ("post", page.post))
        for sentence in wrong_about(page, method, right, address(page, parts[page.name], rows))
    ]

    assert not wrong, "\n".join(wrong)


@pytest.mark.slow
def test_pages_of_each_right_let_each_role_through_as_the_document_says(rows, unrendered):
    """One page for each pair of rights: who is let through with a right was tested for all."""
    parts = access.configured()
    examples = {(page.get, page.post, len(page.without)): page for page in access.pages()}

    wrong = [
        f"{method} {url} as {role}: {status}, the table says {right}"
        for page in examples.values()
        for url in [address(page, parts[page.name], rows)]
        for method, right in (("get", page.get), ("post", page.post))
        for role in SystemRole
        for answered, status, _body in [let_through(browser_in_role(role), method, url)]
        if answered != may(role, right)
    ]

    assert len(examples) > 30
    assert not wrong, "\n".join(wrong)


# These are no pages by themselves: a list of choices, and the start of a menu.
WITHOUT_REFUSAL = {"admin:autocomplete", "admin:app_list"}


@pytest.mark.slow
def test_every_refusal_says_which_right_is_lacking(rows):
    client, parts = browser(frozenset()), access.configured()

    silent = [
        f"{method} {page.name}"
        for page in access.pages()
        for method, right in (("get", page.get), ("post", page.post))
        if page.name.startswith("admin:") and page.name not in WITHOUT_REFUSAL
        if right == SUPERUSER or alternatives(right) not in ([], [frozenset()])
        for response in [getattr(client, method)(address(page, parts[page.name], rows))]
        if response.status_code != 403 or "way_out" not in response.context
    ]

    assert silent == []


@pytest.mark.slow
def test_no_page_shows_people_to_who_may_not_see_them(rows):
    blind = browser(frozenset(rights_without(SHOWING_PEOPLE)))
    parts = access.configured()

    wrong = []
    for page in access.pages():
        url = address(page, parts[page.name], rows)
        for method in ("get",) if page.get == page.post else ("get", "post"):
            _answered, status, body = let_through(blind, method, url)
            shown = [one for one in (access.NAME, access.PHONE, access.TEXT) if one in body]
            if shown or (status >= 500 and page.name != "health"):
                wrong.append(f"{method} {url}: {status} {shown}")

    assert not wrong, "\n".join(wrong)


@pytest.mark.slow
def test_no_page_shows_an_address_in_full_to_who_may_not_see_them(rows):
    """That pages show each of them to others, the next test tells."""
    masked = browser(frozenset(rights_without([SEE_ADDRESSES.partition(".")[2]])))
    parts = access.configured()

    wrong = []
    for page in access.pages():
        url = address(page, parts[page.name], rows)
        for method in ("get",) if page.get == page.post else ("get", "post"):
            _answered, status, body = let_through(masked, method, url)
            shown = [one for one in access.ADDRESSES if one in body]
            if shown or (status >= 500 and page.name != "health"):
                wrong.append(f"{method} {url}: {status} {shown}")

    assert not wrong, "\n".join(wrong)


@pytest.mark.slow
def test_no_page_with_every_right_asks_too_often_and_they_show_each_address(rows):
    client, parts = browser(frozenset(permissions.rights())), access.configured()

    costs, seen = {}, set()
    for page in access.pages():
        url = address(page, parts[page.name], rows)
        with CaptureQueriesContext(connection) as queries:
            _answered, _status, body = let_through(client, "get", url)
        costs[url] = len(queries)
        seen |= {one for one in access.ADDRESSES if one in body}

    assert {url: cost for url, cost in costs.items() if cost > MOST_QUERIES} == {}
    assert seen == set(access.ADDRESSES)


def test_users_who_are_no_staff_or_inactive_open_nothing_of_the_admin(rows, unrendered):
    outsider = User.objects.create(username="x", is_superuser=True, is_staff=False)
    client = Client(raise_request_exception=False)
    client.force_login(outsider)
    parts = access.configured()

    opened = [
        page.name
        for page in access.pages()
        if page.name.startswith("admin:") and page.get not in (ANYONE, NOBODY)
        if let_through(client, "get", address(page, parts[page.name], rows))[0]
    ]

    assert opened == []


def spied(monkeypatch) -> None:
    """Let every action answer at once, in place of what it does."""
    monkeypatch.setattr(NewCampaign, "take", lambda *args: HttpResponse(status=RAN))
    for model, page in admin.site._registry.items():
        for name in ACTIONS.get(model._meta.label_lower, {}).keys() - FOR_PEOPLE.keys():
            usual = getattr(type(page), name, None) or admin.site.get_action(name)

            def spy(*args):
                return HttpResponse(status=RAN)

            spy.allowed_permissions = usual.allowed_permissions
            spy.short_description = usual.short_description
            if name == "delete_selected":
                monkeypatch.setitem(admin.site._actions, name, spy)
            else:
                monkeypatch.setattr(type(page), name, spy)


def test_every_list_action_runs_for_whom_the_table_says(rows, unrendered, monkeypatch):
    spied(monkeypatch)

    wrong = []
    for label, actions in ACTIONS.items():
        url = reverse(f"admin:{label.replace('.', '_')}_changelist")
        see = f"view_{label.partition('.')[2]}"
        for name, needed in actions.items():
            posted = {"action": name, "_selected_action": [rows[label].pk]}
            both, one = smallest_with({see, *needed.split(" + ")}), smallest_with({see})
            for rights in (both, one, frozenset(rights_without(needed.split(" + ")))):
                ran = browser(rights).post(url, posted).status_code == RAN
                if ran != access.is_enough(rights, needed):
                    wrong.append(f"{label} {name}: ran {ran}, needs {needed}")

    assert not wrong, "\n".join(wrong)


@pytest.mark.slow
def test_every_list_action_runs_in_each_role_as_the_document_says(rows, unrendered, monkeypatch):
    spied(monkeypatch)

    wrong = []
    for label, actions in ACTIONS.items():
        url = reverse(f"admin:{label.replace('.', '_')}_changelist")
        for name, needed in actions.items():
            posted = {"action": name, "_selected_action": [rows[label].pk]}
            for role in SystemRole:
                ran = browser_in_role(role).post(url, posted).status_code == RAN
                if ran != may(role, needed):
                    wrong.append(f"{label} {name}: ran {ran} as {role}, needs {needed}")

    assert not wrong, "\n".join(wrong)
