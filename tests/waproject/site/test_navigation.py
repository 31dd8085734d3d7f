"""Where everything stands: places by job, what each reader sees of them, what they count."""

import re

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from messaging.models import Account, Conversation, Sender
from tests.factories.users import permit_only
from waproject.accounts.models import User
from waproject.core.admin.navigation import ACCOUNT, Entry, Link, Place
from waproject.site.navigation import registry
from waproject.site.navigation.reader import Navigation

pytestmark = pytest.mark.django_db

INDEX = reverse("admin:index")
CONTACTS = reverse("admin:contacts_contact_changelist")
INBOX = reverse("admin:inbox")
CONVERSATIONS = reverse("admin:messaging_conversation_changelist")


def navigation(client: Client, url: str = INDEX) -> Navigation:
    return client.get(url).context["nav"]


def labels(client: Client, url: str = INDEX) -> list[str]:
    return [place.label for place in navigation(client, url).places]


def here(client: Client, url: str) -> list[str]:
    """The place of a page, and its entry there."""
    nav = navigation(client, url)
    ways = [*nav.places, *(entry for place in nav.places for entry in place.entries)]
    return [way.label for way in ways if way.is_here]


def test_every_model_has_a_place():
    assert registry.unplaced(admin.site) == []


def test_a_model_that_nobody_placed_stands_among_the_logs(monkeypatch):
    placed = tuple(one for one in registry.registered() if one.name != "contacts")
    monkeypatch.setattr(registry, "registered", lambda: placed)

    settings = next(one for one in registry.places(admin.site) if one.name == "settings")
    logs = next(entry for entry in settings.entries if entry.name == "logs")

    assert Link("contacts.contact") in logs.links


def test_places_are_in_the_order_of_the_work(boss):
    assert labels(boss) == [
        "Home",
        "Inbox",
        "Campaigns",
        "Templates",
        "Contacts",
        "Automation",
        "Reports",
        "Settings",
    ]


def test_a_place_without_an_open_list_does_not_show(staff: User, client: Client):
    permit_only(staff, "view_contact")
    client.force_login(staff)

    assert labels(client) == ["Home", "Contacts"]


def test_the_page_that_is_open_is_marked(boss):
    assert here(boss, CONTACTS) == ["Contacts", "Contacts"]
    assert here(boss, INBOX) == ["Inbox", "Conversations"]
    assert here(boss, f"{INBOX}?view=asking") == ["Inbox", "Ask for a person"]
    assert here(boss, CONVERSATIONS) == ["Inbox", "As a table"]


def test_a_page_of_an_object_belongs_to_its_list(boss, contact):
    page = reverse("admin:contacts_contact_change", args=[contact.pk])

    assert here(boss, page) == ["Contacts", "Contacts"]
    assert (
        f'<a href="{CONTACTS}">'
        in re.search('<nav class="crumbs".*?</nav>', boss.get(page).text, re.DOTALL)[0]
    )


def test_lists_of_one_entry_are_tabs(boss):
    tabs = navigation(boss, reverse("admin:accounts_role_changelist")).tabs

    assert [(tab.label, tab.is_here) for tab in tabs] == [
        ("Users", False),
        ("Invitations", False),
        ("Roles", True),
    ]


def test_inbox_counts_what_is_unread(boss, contact, sender):
    Conversation.objects.create(sender=sender, contact=contact, unread_count=2)

    inbox = next(one for one in navigation(boss).places if one.name == "inbox")

    assert inbox.count == "1"


def test_the_shell_costs_two_queries_at_any_size(boss, monkeypatch):
    with CaptureQueriesContext(connection) as whole:
        boss.get(CONTACTS)
    monkeypatch.setattr("waproject.site.navigation.tags.navigation", lambda context: None)
    registered = "waproject.site.navigation.tags.lacks_one"
    monkeypatch.setattr(registered, lambda request: True)
    with CaptureQueriesContext(connection) as bare:
        boss.get(CONTACTS)

    assert len(whole) - len(bare) == 2


def test_foot_says_whether_the_business_can_send(boss, sender):
    Account.objects.update(status="connected")
    good = navigation(boss).state
    Account.objects.update(status="error")
    bad = navigation(boss).state

    assert (good.words, good.is_good) == ("+56 2 2000 0000 connected", True)
    assert (bad.words, bad.is_good) == (f"{sender.name} cannot send", False)


def test_foot_counts_all_senders(boss, sender):
    account = Account.objects.get()
    for number in range(24):
        Sender.objects.create(
            name=f"Sucursal {number}", channel="sms", address=f"{number:05}", account=account
        )
    Account.objects.update(status="connected")

    assert navigation(boss).state.words == "25 senders"


def test_who_may_not_see_senders_reads_nothing_of_them(staff: User, client: Client, sender):
    permit_only(staff, "view_contact")
    client.force_login(staff)

    assert navigation(client).state is None


def test_pages_of_the_own_account_stand_in_its_menu(boss):
    nav = navigation(boss)

    assert [way.label for way in nav.account] == [
        "Background tasks",
        "Second factor",
        "Sessions",
        "Change password",
    ]
    assert ACCOUNT not in [place.name for place in nav.places]


def test_a_page_that_is_not_found_has_the_navigation(boss):
    page = boss.get("/admin/nothing/of/the/kind/")

    assert page.status_code == 404
    assert f'href="{CONTACTS}"' in page.text


def test_a_stranger_sees_no_navigation(client):
    assert 'id="nav-sidebar"' not in client.get(reverse("account_login")).text


def test_parts_of_one_place_are_joined():
    one = Place("a", (Entry("x", "X", (Link("contacts.tag"),)),))
    drawn = Place("a", (Entry("x", "X", (Link("contacts.contact"),)),), "A", "home")

    [joined] = registry._joined((one, drawn))

    assert (joined.label, joined.entries[0].links) == (
        "A",
        (Link("contacts.tag"), Link("contacts.contact")),
    )
