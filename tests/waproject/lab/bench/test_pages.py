"""The pages of the bench, on a small scale; how fast they are, is the bench's to say."""

import pytest

from contacts.models import Contact, Tag
from waproject.accounts.models import User
from waproject.lab.bench.pages import addresses
from waproject.lab.bench.pages.business import make_business
from waproject.lab.bench.pages.opening import MOST_BYTES, MOST_QUERIES, judged, open_all
from waproject.tenants.integrity import integrity_problems

RECIPIENTS = 900


def seen(url: str = "/admin/", milliseconds: float = 1.0, queries: int = 5, size: int = 9_000):
    return {"url": url, "milliseconds": milliseconds, "queries": queries, "size": size}


@pytest.fixture
def quick(monkeypatch, settings, db) -> None:
    """Of each list one search, and the pages of tags alone."""
    settings.ALLOWED_HOSTS = ["localhost"]
    monkeypatch.setattr(addresses, "SEARCHED", ("Web",))
    monkeypatch.setattr(addresses, "starts", lambda: iter(["/admin/contacts/tag/"]))
    User.objects.create_superuser("bench")


def test_the_slowest_page_stands_last_but_for_their_number():
    lines = judged([seen("/admin/a/", 300.0), seen("/admin/b/", 200.0), seen("/admin/", 20.0)])

    assert [(line.work, line.value, line.holds) for line in lines] == [
        ("/admin/", 20.0, True),
        ("b/", 200.0, True),
        ("a/", 300.0, False),
        ("pages that take longer than 200 ms", 1, False),
    ]


@pytest.mark.parametrize("much", [{"queries": MOST_QUERIES + 1}, {"size": MOST_BYTES + 1}])
def test_a_page_that_asks_too_often_or_is_too_large_does_not_hold(much):
    [page, _number] = judged([seen(**much)])

    assert not page.holds


def test_links_of_one_shape_differ_in_the_values_of_their_questions_alone():
    html = """<a href="/admin/contacts/contact/?tag=1&amp;o=2#top"> <a href="/static/x.css">
        <a href="/admin/contacts/contact/?o=3&amp;tag=2"> <a href="/admin/a/?a=1&b=2&c=3">"""

    found = list(addresses.links(html))

    kind = ("contacts_contact_changelist", frozenset({"o", "tag"}))
    assert found == [
        (kind, "/admin/contacts/contact/?tag=1&o=2"),
        (kind, "/admin/contacts/contact/?o=3&tag=2"),
    ]


@pytest.mark.slow
def test_a_list_is_opened_in_every_way_and_what_it_links_to_besides(quick):
    tag = Tag.objects.create(name="Web")
    Contact.objects.create(phone="+56975400946").tags.add(tag)

    opened = {one["url"] for one in open_all(rounds=1)}

    lists = ("", "?o=1", "?o=-1", "?o=2", "?o=-2", "?q=Web")
    assert {f"/admin/contacts/tag/{query}" for query in lists} <= opened
    assert {f"/admin/contacts/tag/{tag.pk}/change/", f"/admin/contacts/contact/?tag={tag.pk}"} <= (
        opened
    )


@pytest.mark.slow
@pytest.mark.django_db
def test_every_page_of_a_business_asks_little_and_is_small(settings):
    settings.ALLOWED_HOSTS = ["localhost"]
    make_business(recipients=RECIPIENTS)

    found = open_all(rounds=1)

    assert list(integrity_problems()) == []
    large = [one for one in found if one["queries"] > MOST_QUERIES or one["size"] > MOST_BYTES]
    assert (large, len(found) > 500) == ([], True)


def test_the_inbox_has_a_mark_of_its_own():
    urls = ("/admin/inbox/", "/admin/inbox/?talk=7", "/admin/inbox/outcome/", "/admin/a/")

    lines = judged([seen(url, 150.0) for url in urls], most_of_the_inbox=100)

    assert [(line.work, line.wanted, line.holds) for line in lines[:-1]] == [
        ("inbox/", 100, False),
        ("inbox/?talk=7", 100, False),
        ("inbox/outcome/", 200, True),
        ("a/", 200, True),
    ]
